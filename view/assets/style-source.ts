/** The style sheet. Colours are pairs that keep a contrast of 4.5 or more, light and dark. */
export const styleSource = `
:root {
  color-scheme: light dark;
  --page: #f7f8f8; --panel: #ffffff; --text: #1b1f24; --quiet: #57606a; --line: #d9dde1; --link: #0b5cad;
  --success: #116239; --success-back: #e3f5ea; --fail: #a11a12; --fail-back: #fde9e7;
  --busy: #0b4f94; --busy-back: #e4f0fc; --wait: #424a53; --wait-back: #eaedf0; --odd: #7a4a00; --odd-back: #fdf0d8;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #0f1216; --panel: #171b21; --text: #e6e9ec; --quiet: #a3adb8; --line: #2d343c; --link: #79b8ff;
    --success: #7fe0a8; --success-back: #12301f; --fail: #ff9c94; --fail-back: #3d1715;
    --busy: #8fc4ff; --busy-back: #10294a; --wait: #c2cad3; --wait-back: #262d35; --odd: #f5c267; --odd-back: #3a2a0c;
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--text); font: 15px/1.5 system-ui, sans-serif; }
a { color: var(--link); }
a:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; border-radius: 3px; }
.skip { position: absolute; left: -999em; }
.skip:focus { left: 1rem; top: .5rem; padding: .4rem .8rem; background: var(--panel); z-index: 1; }
header, main, footer { max-width: 84rem; margin: 0 auto; padding: 0 1.25rem; }
header { padding-top: 1rem; display: flex; flex-wrap: wrap; gap: 0 .75rem; align-items: baseline; }
header a { color: inherit; text-decoration: none; font-weight: 650; }
header span, footer, .quiet { color: var(--quiet); }
footer { padding-top: 1.5rem; padding-bottom: 2rem; font-size: .875rem; }
h1 { font-size: 1.5rem; line-height: 1.25; margin: .75rem 0 .5rem; overflow-wrap: anywhere; }
h2 { font-size: 1.1rem; margin: 2rem 0 .5rem; }
p { margin: .5rem 0; }
pre, code, .id { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; font-size: .8125rem; }
.freshness { list-style: none; margin: 0; padding: 0; }
.freshness li { border-left: 4px solid var(--wait); padding: .1rem 0 .1rem .75rem; margin: .4rem 0; }
.freshness .ok { border-color: var(--success); }
.freshness .stale { border-color: var(--fail); }
.warning { color: var(--fail); }
.warning:empty { display: none; }
nav ul { list-style: none; display: flex; flex-wrap: wrap; gap: .4rem; margin: 1rem 0 .75rem; padding: 0; }
nav li a, .button { display: inline-block; padding: .3rem .8rem; border: 1px solid var(--line); border-radius: 6px;
  background: var(--panel); text-decoration: none; }
nav a[aria-current] { border-color: var(--link); box-shadow: inset 0 0 0 1px var(--link); font-weight: 600; }
table { width: 100%; table-layout: fixed; border-collapse: collapse; background: var(--panel); border: 1px solid var(--line); }
caption { text-align: left; color: var(--quiet); padding-bottom: .4rem; }
th, td { text-align: left; padding: .5rem .75rem; border-bottom: 1px solid var(--line); font-weight: inherit;
  overflow: hidden; text-overflow: ellipsis; white-space: nowrap; vertical-align: top; }
thead th { color: var(--quiet); font-size: .8125rem; font-weight: 600; }
tbody tr:last-child > * { border-bottom: 0; }
.c-state { width: 9rem; } .c-time { width: 11rem; } .c-id { width: 14%; } .c-pipeline { width: 9%; } .c-result { width: 22%; }
td { font-size: .875rem; }
td time { font-variant-numeric: tabular-nums; }
.state { display: inline-block; padding: 0 .6rem; border-radius: 1rem; font-size: .875rem; font-weight: 600;
  max-width: 100%; overflow: hidden; text-overflow: ellipsis; vertical-align: bottom;
  color: var(--odd); background: var(--odd-back); }
.state-Success { color: var(--success); background: var(--success-back); }
.state-Fail { color: var(--fail); background: var(--fail-back); }
.state-Snapshoting { color: var(--busy); background: var(--busy-back); }
.state-Submitted { color: var(--wait); background: var(--wait-back); }
.pages { display: flex; gap: .6rem; margin: 1rem 0; }
.panel { background: var(--panel); border: 1px solid var(--line); border-radius: 6px; padding: 1rem 1.25rem; }
dl { display: grid; grid-template-columns: minmax(8rem, 14rem) 1fr; gap: .35rem 1rem; margin: 0; }
dt { color: var(--quiet); } dd { margin: 0; overflow-wrap: anywhere; }
.timeline { list-style: none; margin: 0; padding: 0 0 0 1.1rem; border-left: 2px solid var(--line); }
.timeline li { position: relative; padding: .25rem 0 .75rem; }
.timeline li::before { content: ''; position: absolute; left: -1.45rem; top: .65rem; width: .6rem; height: .6rem;
  border-radius: 50%; background: var(--quiet); }
pre { white-space: pre-wrap; overflow-wrap: anywhere; margin: 0; }
@media (max-width: 62rem) {
  table, tbody, tr, td, tbody th, caption { display: block; }
  thead { position: absolute; left: -999em; }
  table { border: 0; background: none; }
  tbody { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(20rem, 100%), 1fr)); gap: .6rem; }
  tr { background: var(--panel); border: 1px solid var(--line); border-radius: 6px; padding: .5rem .85rem; min-width: 0; }
  td, tbody th { border: 0; padding: .1rem 0; white-space: normal; overflow-wrap: anywhere; max-height: calc(4.5em + .2rem); }
  td[data-label]::before { content: attr(data-label) ' '; color: var(--quiet); font-size: .8125rem; }
  td.none { display: none; }
}
@media (max-width: 46rem) {
  dl { grid-template-columns: 1fr; gap: 0; } dd { margin-bottom: .5rem; }
}
`;
