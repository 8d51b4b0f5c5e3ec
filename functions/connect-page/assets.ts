import { digest } from '../../shared/platform/ids.ts';

const css = `
:root{--ink:#1f2933;--soft:#52606d;--line:#cbd2d9;--paper:#fff;--ground:#eef2f5;--blue:#0b4f6c;--green:#1e6b3a;--pale:#e6f4ea;--red:#a12622;--rose:#fdecea}
*{box-sizing:border-box}
body{margin:0;background:var(--ground);color:var(--ink);font:1rem/1.55 "Segoe UI",Helvetica,Arial,sans-serif}
.skip{position:absolute;left:-99rem}.skip:focus{left:1rem;top:.5rem;background:#fff;padding:.5rem 1rem;z-index:1}
header{background:var(--blue);color:#fff}
header div,main,footer{max-width:52rem;margin:0 auto;padding:1rem}
header div{display:flex;justify-content:space-between;align-items:center;gap:1rem}
header strong{font-size:1.1rem}header a{color:#fff;padding:.4rem 0}
h1{font-size:1.7rem;line-height:1.2;margin:.6rem 0}h2{font-size:1.3rem;margin:0 0 .8rem}h3{font-size:1.1rem;margin:0 0 .3rem}
p{margin:0 0 .8rem;max-width:42rem}
a{color:var(--blue)}
.card{background:var(--paper);border-radius:.6rem;padding:1.2rem;margin:1.2rem 0;border:1px solid var(--line)}
.steps{list-style:none;display:grid;grid-template-columns:repeat(5,1fr);gap:.5rem;margin:0 0 1.2rem;padding:0}
.steps li{border-top:.3rem solid var(--line);padding-top:.4rem;font-size:.9rem;line-height:1.3;color:var(--soft);overflow-wrap:break-word;min-width:0}
.steps b{display:block;color:var(--ink);font-weight:600}
.steps .done{border-color:var(--green)}.steps .now{border-color:var(--blue)}.steps .problem{border-color:var(--red)}
.steps .now span{color:var(--blue);font-weight:700}.steps .done span{color:var(--green)}.steps .problem span{color:var(--red);font-weight:700}
.told{border-left:.3rem solid var(--blue);padding-left:.9rem;margin:0 0 1.2rem}
.told.active{border-color:var(--green)}.told.failed,.told.expired,.told.disconnected{border-color:var(--red)}
.told p{margin:0}.told:last-child{margin:0}.code button{margin-top:.7rem}
.code{background:var(--pale);border-radius:.5rem;padding:.9rem 1rem;margin:0 0 1.2rem}
.code p{margin:0}.code code{display:block;font:600 1.4rem/1.5 Consolas,Menlo,monospace;letter-spacing:.03em;overflow-wrap:anywhere}
.code small,.hint{color:var(--soft);font-size:.92rem}
label{display:block;font-weight:600}
.hint{margin:0 0 .4rem}
textarea,select,input[type=email],input[type=text]{display:block;width:100%;min-height:3.4rem;font:1rem/1.4 Consolas,Menlo,monospace;padding:.5rem .6rem;border:1px solid #7b8794;border-radius:.4rem;resize:vertical;margin:0 0 .6rem;color:inherit;background:#fff}
select,input[type=email],input[type=text]{max-width:26rem;min-height:2.75rem;font-family:inherit}
.pair{max-width:none}
textarea[aria-invalid]{border:2px solid var(--red)}
.wrong{color:var(--red);font-weight:600;margin:0 0 .5rem}
form{margin:0 0 1rem}form:last-child,.card>p:last-child{margin:0}
button,.button{display:inline-block;font:inherit;font-weight:600;min-height:2.75rem;padding:.55rem 1.1rem;border:1px solid var(--blue);border-radius:.4rem;background:var(--blue);color:#fff;cursor:pointer;text-decoration:none}
button.quiet{background:#fff;color:var(--blue)}
button:hover,.button:hover{filter:brightness(1.1)}
:focus-visible{outline:3px solid #d9822b;outline-offset:2px}
.notice{background:var(--pale);border:1px solid var(--green);border-radius:.5rem;padding:.8rem 1rem;margin:1rem 0}
.notice.bad{background:var(--rose);border-color:var(--red)}.notice p{margin:0}
.live{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
.guide section{display:grid;grid-template-columns:1fr 20rem;gap:0 1.5rem;align-items:start;padding:1rem 0;border-top:1px solid var(--line)}
.guide section p:last-child{margin:0}
.guide summary{cursor:pointer}.guide summary h2{display:inline}.guide[open] summary{margin:0 0 .8rem}
.drawing{width:100%;max-width:20rem;height:auto}
.drawing text{font:14px "Segoe UI",Helvetica,Arial,sans-serif;fill:#1f2933}
.drawing .d-small{font-size:12px;fill:#52606d}.drawing .d-strong{font-weight:700;font-size:12px}.drawing .d-on{fill:#fff;font-weight:600;font-size:13px}
.d-window{fill:#f7f9fa;stroke:#9aa5b1}.d-line{stroke:#9aa5b1;fill:none}.d-box{fill:#fff;stroke:#9aa5b1}
.d-right{fill:#e6f4ea;stroke:#1e6b3a;stroke-width:2}.d-button{fill:#0b4f6c}
.d-tick{stroke:#1e6b3a;stroke-width:3;fill:none;stroke-linecap:round;stroke-linejoin:round}.d-cross{stroke:#a12622;stroke-width:3;stroke-linecap:round}
.d-copy{stroke:#fff;stroke-width:1.5;fill:none}
footer{color:var(--soft);font-size:.92rem}
@media(max-width:40rem){
.steps{grid-template-columns:1fr;gap:.3rem}.steps li{border-top:0;border-left:.3rem solid var(--line);padding:.1rem 0 .1rem .7rem;display:flex;justify-content:space-between;gap:.6rem}.steps span{white-space:nowrap}
.guide section{grid-template-columns:1fr}.drawing{margin-top:.8rem}
button,.button{width:100%;text-align:center}h1{font-size:1.4rem}.card{padding:1rem}}
@media(prefers-reduced-motion:no-preference){button{transition:filter .15s}}
@media print{form,header a{display:none}}
`;

/**
 * What the page gains from a script: it copies a code, and shows a change of state without a reload. A company in whose
 * form somebody has typed is left alone until it is sent.
 */
const js = `
(() => {
  const live = document.getElementById('live');
  const list = document.getElementById('companies');
  if (!live || !list) return;
  const offerCopies = () => {
    if (!navigator.clipboard) return;
    for (const button of list.querySelectorAll('button[data-copy]')) button.hidden = false;
  };
  list.addEventListener('click', async (event) => {
    const button = event.target instanceof Element && event.target.closest('button[data-copy]');
    if (!button) return;
    const code = document.getElementById(button.dataset.copy);
    try {
      await navigator.clipboard.writeText(code.textContent.trim());
      live.textContent = button.dataset.copied;
      button.textContent = button.dataset.copied;
    } catch {
      getSelection().selectAllChildren(code);
    }
  });
  const isBusy = (company) =>
    company.contains(document.activeElement) ||
    [...company.querySelectorAll('textarea')].some((field) => field.value !== '');
  const refresh = async () => {
    const answer = await fetch(list.dataset.state, { headers: { accept: 'text/html' } });
    if (!answer.ok) return answer.status >= 500;
    const fresh = new DOMParser().parseFromString(await answer.text(), 'text/html');
    for (const company of fresh.querySelectorAll('[data-version]')) {
      const old = document.getElementById(company.id);
      if (!old || old.dataset.version === company.dataset.version || isBusy(old)) continue;
      old.replaceWith(company);
      live.textContent = company.dataset.told;
      // It told of the step before.
      document.querySelector('.notice')?.remove();
    }
    offerCopies();
    return true;
  };
  let looks = 0;
  const later = () => {
    looks += 1;
    setTimeout(async () => {
      const goesOn = document.hidden || (await refresh().catch(() => true));
      if (goesOn) later();
    }, looks < 120 ? 4000 : 30000);
  };
  offerCopies();
  later();
})();
`;

interface Asset {
  readonly type: string;
  readonly content: string;
}

/** By the names under `/connect/assets/`. */
export const assets: ReadonlyMap<string, Asset> = new Map([
  ['page.css', { type: 'text/css; charset=utf-8', content: css.trim() }],
  ['page.js', { type: 'text/javascript; charset=utf-8', content: js.trim() }],
]);

/** With the content's digest, so that it may be kept for ever. */
export function assetUrl(name: 'page.css' | 'page.js'): string {
  return `/connect/assets/${name}?v=${digest(assets.get(name)?.content ?? '').slice(0, 12)}`;
}
