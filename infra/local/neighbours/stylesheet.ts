/** One style sheet for the neighbours' pages: system fonts, no build step, readable on a telephone. */
export const stylesheet = `
:root { color-scheme: light; --ink: #1d2733; --soft: #566372; --line: #d8dfe6; --paper: #ffffff; --ground: #f3f6f8; --accent: #0b5d6b; --tint: #e3f1f3; }
body.desk { --accent: #6a3d7c; --tint: #f3eaf6; }
body.spend { --accent: #9a3b12; --tint: #fbeee6; }
* { box-sizing: border-box; }
body { margin: 0; font: 16px/1.5 system-ui, 'Segoe UI', 'Open Sans', sans-serif; color: var(--ink); background: var(--ground); }
a { color: var(--accent); }
.bar { display: flex; align-items: center; gap: .75rem; padding: .6rem 1.25rem; background: var(--accent); color: #fff; min-height: 4.25rem; }
.brand { display: inline-flex; align-items: center; gap: .6rem; color: #fff; text-decoration: none; font-weight: 650; font-size: 1.1rem; white-space: nowrap; }
.mark { width: 1.1rem; height: 1.1rem; border-radius: .3rem; background: #fff; box-shadow: .28rem .28rem 0 rgba(255,255,255,.4); margin-right: .2rem; }
.simulated { font-size: .75rem; border: 1px solid rgba(255,255,255,.6); border-radius: 1rem; padding: 0 .5rem; }
.corner { margin-left: auto; min-width: 0; }
main { max-width: 56rem; margin: 0 auto; padding: 1.5rem 1.25rem 4rem; }
main.narrow, .narrow { max-width: 32rem; margin-inline: auto; }
h1 { font-size: 1.6rem; line-height: 1.25; margin: .25rem 0 1rem; overflow-wrap: anywhere; }
h2 { font-size: 1.15rem; margin: 0 0 .75rem; }
p { margin: 0 0 1rem; }
.soft { color: var(--soft); }
.small { font-size: .875rem; }
.card { background: var(--paper); border: 1px solid var(--line); border-radius: .6rem; padding: 1.25rem; margin: 0 0 1.25rem; }
.card > :last-child { margin-bottom: 0; }
.notice { border-left: 4px solid var(--accent); background: var(--tint); padding: .75rem 1rem; border-radius: .3rem; }
.notice.error { border-color: #b3261e; background: #fcebea; }
.notice.success { border-color: #23713a; background: #e8f5ec; }
label, .label { display: block; font-weight: 600; margin: 0 0 .3rem; }
.hint { display: block; font-weight: 400; color: var(--soft); font-size: .875rem; }
input[type=text], input[type=email], textarea, select { width: 100%; font: inherit; color: inherit; padding: .55rem .7rem; border: 1px solid #8794a1; border-radius: .4rem; background: #fff; margin: 0 0 1rem; }
textarea { min-height: 7rem; resize: vertical; }
input[readonly] { background: var(--ground); border-color: var(--line); font: .8rem/1.4 ui-monospace, Menlo, 'Liberation Mono', monospace; padding-inline: .5rem; }
button, .button { display: inline-block; font: inherit; font-weight: 600; padding: .55rem 1.1rem; border-radius: .4rem; border: 1px solid var(--accent); background: var(--accent); color: #fff; cursor: pointer; text-decoration: none; }
button.plain, .button.plain { background: #fff; color: var(--accent); }
button.danger { background: #fff; color: #b3261e; border-color: #b3261e; }
button:hover, .button:hover { filter: brightness(.94); }
:focus-visible { outline: 3px solid #f2a900; outline-offset: 2px; }
.row { display: flex; flex-wrap: wrap; gap: .75rem; align-items: center; }
.row.spread { justify-content: space-between; }
.row form, .row > h1, .row > h2 { margin: 0; }
main > .row { margin-bottom: 1rem; }
.choices { list-style: none; margin: 0; padding: 0; }
.choices li + li { margin-top: .6rem; }
.choices button, .choices a.pick { display: block; width: 100%; text-align: left; background: #fff; color: var(--ink); border: 1px solid var(--line); border-radius: .5rem; padding: .8rem 1rem; font-weight: 400; text-decoration: none; }
.choices button:hover, .choices a.pick:hover { border-color: var(--accent); background: var(--tint); filter: none; }
.choices strong { display: block; }
.tag { display: inline-block; font-size: .78rem; font-weight: 600; border-radius: 1rem; padding: .05rem .6rem; background: var(--tint); color: var(--accent); white-space: nowrap; }
.tag.bad { background: #fcebea; color: #98201a; }
.tag.good { background: #e8f5ec; color: #1c5e30; }
.account { background: transparent; border-color: rgba(255,255,255,.6); display: block; text-align: right; line-height: 1.25; padding: .3rem .8rem; max-width: 100%; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.account small { display: block; font-weight: 400; overflow: hidden; text-overflow: ellipsis; }
.menu { inset: 4.5rem 1rem auto auto; margin: 0; width: min(23rem, calc(100vw - 2rem)); border: 1px solid var(--line); border-radius: .6rem; padding: 1.1rem; box-shadow: 0 .6rem 2rem rgba(20,30,40,.25); color: var(--ink); }
.menu p { margin: 0 0 .75rem; overflow-wrap: anywhere; }
.menu form { margin: 0; }
dialog.sheet { position: static; display: block; width: 100%; max-width: 34rem; margin: 1rem auto; border: 1px solid var(--line); border-radius: .8rem; padding: 1.5rem; box-shadow: 0 .6rem 2.5rem rgba(20,30,40,.18); color: var(--ink); }
.switch { display: flex; gap: .8rem; align-items: flex-start; padding: .75rem 0; border-top: 1px solid var(--line); font-weight: 400; margin: 0; }
.switch + .row { margin-top: 1rem; }
.switch input { width: 1.25rem; height: 1.25rem; margin: .15rem 0 0; accent-color: var(--accent); flex: none; }
.switch strong { display: block; font-weight: 600; }
code, pre { font: .85rem/1.5 ui-monospace, Menlo, 'Liberation Mono', monospace; overflow-wrap: anywhere; }
pre { background: var(--ground); border: 1px solid var(--line); border-radius: .4rem; padding: .8rem; white-space: pre-wrap; margin: 0; }
.deliveries { list-style: none; margin: 0; padding: 0; }
.deliveries li { display: flex; flex-wrap: wrap; gap: .4rem 1rem; align-items: center; padding: .7rem 0; border-top: 1px solid var(--line); }
.deliveries .what { flex: 1 1 14rem; min-width: 0; overflow-wrap: anywhere; }
.deliveries form { margin: 0; }
.message { border: 1px solid var(--line); border-radius: .6rem; background: var(--paper); padding: .9rem 1.1rem; margin: 0 3rem .9rem 0; }
.message.outbound { margin: 0 0 .9rem 3rem; background: var(--tint); }
.message .text { white-space: pre-wrap; overflow-wrap: anywhere; margin: .4rem 0 0; }
iframe { width: 100%; height: 14rem; border: 1px solid var(--line); border-radius: .4rem; background: #fff; margin-top: .6rem; }
dl.facts { display: grid; grid-template-columns: max-content 1fr; gap: .3rem 1rem; }
dl.facts dt { color: var(--soft); }
dl.facts dd { margin: 0; overflow-wrap: anywhere; }
.app { display: flex; gap: 1.1rem; align-items: flex-start; }
.app .logo { flex: none; width: 3.5rem; height: 3.5rem; border-radius: .8rem; background: var(--accent); color: #fff; display: grid; place-items: center; font-weight: 700; font-size: 1.4rem; }
.app > div { min-width: 0; flex: 1; }
@media (max-width: 40rem) {
  .simulated { display: none; }
  .bar { padding-inline: .9rem; }
  .account { max-width: 12rem; }
  main { padding: 1.1rem .9rem 3rem; }
  .app { flex-direction: column; }
  .message { margin-right: 1rem; }
  .message.outbound { margin-left: 1rem; }
  dl.facts { grid-template-columns: 1fr; gap: 0; }
  dl.facts dd { margin-bottom: .5rem; }
}
`;
