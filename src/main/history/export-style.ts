/** The looks of an exported report. A status is a word, beside its colour; the colours are those of the window. */
export const REPORT_STYLE = `
:root { color-scheme: light dark; --bg: #f4f5f7; --surface: #fff; --line: #dfe2e8; --text: #14181f; --text-2: #4a5362;
  --healthy: #0b7a3b; --warning: #855700; --error: #c42418; --fatal: #8e0f86; --unknown: #4b5563; }
@media (prefers-color-scheme: dark) {
  :root { --bg: #111418; --surface: #181c22; --line: #2b323c; --text: #e8ebf0; --text-2: #a9b2bf;
    --healthy: #3ddc84; --warning: #ffc83d; --error: #ff6f61; --fatal: #ff7be5; --unknown: #d3d9e0; }
}
@media print { :root { --bg: #fff; } details { display: none; } }
* { box-sizing: border-box; }
body { margin: 0; padding: 24px 16px; background: var(--bg); color: var(--text);
  font: 15px/1.5 system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', sans-serif; }
main { max-width: 860px; margin: 0 auto; }
header, section { background: var(--surface); border: 1px solid var(--line); border-radius: 8px; padding: 16px 20px;
  margin-bottom: 16px; overflow-x: auto; }
h1 { font-size: 24px; margin: 0 0 8px; }
h2 { font-size: 17px; margin: 0 0 8px; }
h3 { font-size: 15px; margin: 12px 0 4px; }
p { margin: 0 0 6px; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 2px 16px; margin: 8px 0 0; }
dt { color: var(--text-2); }
dd { margin: 0; overflow-wrap: anywhere; unicode-bidi: isolate; }
ol, ul { padding-left: 24px; margin: 0; }
ol > li { margin-bottom: 16px; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: 6px 12px 6px 0; border-top: 1px solid var(--line); }
thead th { border-top: 0; color: var(--text-2); font-weight: normal; }
tbody th { font-weight: 600; overflow-wrap: anywhere; unicode-bidi: isolate; }
time { font-variant-numeric: tabular-nums; white-space: nowrap; }
details { margin-top: 6px; }
summary { cursor: pointer; color: var(--text-2); }
footer, .hint, .kind, .after, .reason { color: var(--text-2); font-size: 13px; }
.message { white-space: pre-wrap; overflow-wrap: anywhere; unicode-bidi: isolate; }
.status { font-size: 13px; font-weight: 600; border: 1px solid; border-radius: 999px; padding: 1px 8px; white-space: nowrap; }
.healthy { color: var(--healthy); } .warning { color: var(--warning); } .error { color: var(--error); }
.fatal { color: var(--fatal); } .unknown { color: var(--unknown); }
`;
