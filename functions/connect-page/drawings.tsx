/** Drawn by us, so that no change of Visma's colours makes them wrong: they show where, not how it looks. */

type Name = 'company' | 'code' | 'integrate' | 'tenant-id';

export function Drawing({ name, title }: { name: Name; title: string }) {
  return (
    <svg class="drawing" viewBox="0 0 320 150" role="img" aria-label={title}>
      <rect class="d-window" x="1" y="1" width="318" height="148" rx="8" />
      <path class="d-line" d="M1 28H319" />
      <text class="d-small" x="12" y="19">
        Visma App Store
      </text>
      {shapes[name]()}
    </svg>
  );
}

const shapes: Readonly<Record<Name, () => unknown>> = {
  company: () => (
    <>
      <text class="d-small" x="196" y="19">
        Change organization
      </text>
      <rect class="d-box" x="60" y="42" width="240" height="40" rx="5" />
      <text x="74" y="67">
        Voorbeeld B.V.
      </text>
      <text class="d-small" x="232" y="67">
        Customer
      </text>
      <path class="d-cross" d="M30 54l16 16m0-16l-16 16" />
      <rect class="d-right" x="60" y="94" width="240" height="40" rx="5" />
      <text x="74" y="119">
        Voorbeeld B.V.
      </text>
      <text class="d-strong" x="232" y="119">
        Company
      </text>
      <path class="d-tick" d="M28 115l7 8 14-17" />
    </>
  ),
  code: () => (
    <>
      <text class="d-small" x="30" y="62">
        Invitation code
      </text>
      <rect class="d-right" x="30" y="72" width="160" height="36" rx="5" />
      <text x="42" y="96">
        ••••-••••-••••
      </text>
      <rect class="d-button" x="204" y="72" width="86" height="36" rx="5" />
      <text class="d-on" x="247" y="95" text-anchor="middle">
        Find app
      </text>
    </>
  ),
  integrate: () => (
    <>
      <rect class="d-box" x="20" y="44" width="126" height="90" rx="5" />
      <text x="83" y="74" text-anchor="middle">
        Spend Cloud
      </text>
      <rect class="d-button" x="38" y="90" width="90" height="30" rx="5" />
      <text class="d-on" x="83" y="110" text-anchor="middle">
        Integrate
      </text>
      <path class="d-tick" d="M154 89h20m-8-7l8 7-8 7" />
      <rect class="d-right" x="182" y="44" width="120" height="90" rx="5" />
      <path class="d-tick" d="M196 64l4 5 8-10m-12 25l4 5 8-10" />
      <path class="d-line" d="M216 66h70m-70 20h70" />
      <rect class="d-button" x="204" y="98" width="76" height="28" rx="5" />
      <text class="d-on" x="242" y="117" text-anchor="middle">
        Accept
      </text>
    </>
  ),
  'tenant-id': () => (
    <>
      <circle class="d-right" cx="296" cy="15" r="9" />
      <rect class="d-box" x="90" y="36" width="216" height="104" rx="5" />
      <text class="d-small" x="104" y="60">
        Company
      </text>
      <path class="d-line" d="M104 72h188" />
      <text class="d-small" x="104" y="92">
        Tenant ID
      </text>
      <rect class="d-right" x="104" y="100" width="150" height="28" rx="5" />
      <text class="d-small" x="112" y="119">
        8bdf18fd-21cc-…
      </text>
      <rect class="d-button" x="262" y="100" width="30" height="28" rx="5" />
      <path class="d-copy" d="M271 108h8v10h-8zm4-3h8v10" />
    </>
  ),
};
