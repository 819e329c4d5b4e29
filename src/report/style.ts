import { COLOURS } from '../charts/theme.ts';

/** The report's style sheet. Charts stay on white in dark mode, as they are in the PNG files; the strip follows the page. */
export const STYLE = `
:root { --ink: ${COLOURS.ink}; --muted: ${COLOURS.muted}; --paper: #ffffff; --panel: #f5f6f8; --line: #d5d9df; --accent: #00588a;
  --price: ${COLOURS.price}; --twin: ${COLOURS.twin}; --outside: ${COLOURS.outside}; --book: ${COLOURS.onBook}; --taken: ${COLOURS.takenOver}; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e9ecef; --muted: #b3bac2; --paper: #15181c; --panel: #1f242a; --line: #3a4149; --accent: #7cc4f0;
    --price: #56b4e9; --twin: #f0904a; --outside: #b3bac2; --book: #e08fc0; --taken: #e69f00; }
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 400 16px/1.55 Inter, Helvetica, Arial, sans-serif; }
main { max-width: 940px; margin: 0 auto; padding: 28px 20px 64px; }
.name { margin: 0; color: var(--muted); font-size: 14px; overflow-wrap: anywhere; }
h1 { font-size: 27px; line-height: 1.25; font-weight: 600; margin: 4px 0 20px; overflow-wrap: anywhere; }
h2 { font-size: 20px; font-weight: 600; margin: 40px 0 10px; }
h3 { font-size: 15px; font-weight: 600; margin: 0 0 8px; overflow-wrap: anywhere; }
p, ul, dl { margin: 0 0 14px; overflow-wrap: anywhere; }
ul { padding-left: 22px; }
li { margin-bottom: 7px; }
a { color: var(--accent); }
.answer { font-size: 18px; padding: 14px 18px; background: var(--panel); border-left: 4px solid var(--accent); border-radius: 0 6px 6px 0; }
.figures { margin: 0 0 18px; }
.figures dl { display: grid; grid-template-columns: repeat(auto-fit, minmax(230px, 1fr)); gap: 12px; }
.figures dl > div { background: var(--panel); border-radius: 6px; padding: 12px 14px; }
dt { font-size: 14px; color: var(--muted); }
dd { margin: 0; }
dd.value { font-size: 22px; font-weight: 600; line-height: 1.35; }
dd.note { font-size: 14px; color: var(--muted); }
figure { margin: 22px 0 30px; }
figcaption { font-size: 14px; color: var(--muted); margin-top: 8px; overflow-wrap: anywhere; }
.chart svg { max-width: 100%; height: auto; background: #ffffff; border-radius: 6px; }
.chart .wide { display: block; }
.chart .narrow { display: none; }
.scroll { overflow-x: auto; margin: 0 0 18px; }
table { border-collapse: collapse; font-size: 14px; min-width: 100%; }
.caption { color: var(--muted); font-size: 14px; margin: 0 0 6px; }
th, td { text-align: left; padding: 6px 10px; border-bottom: 1px solid var(--line); vertical-align: top; font-weight: 400; }
thead th { font-weight: 600; vertical-align: bottom; }
th.number, td.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
thead th.number { white-space: normal; min-width: 92px; }
code { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; font-size: 0.9em; overflow-wrap: anywhere; }
th[scope="row"] { white-space: nowrap; }
td code { overflow-wrap: break-word; }
th code { overflow-wrap: normal; }
pre { background: var(--panel); padding: 12px 14px; border-radius: 6px; }
pre code { overflow-wrap: normal; }
.strip svg { display: block; width: 100%; touch-action: pan-y; }
.strip [role="slider"] { outline-offset: 2px; }
.strip [role="slider"]:focus-visible, .scroll:focus-visible, button:focus-visible { outline: 3px solid var(--accent); }
.strip text { fill: var(--ink); font: 400 12px Inter, Helvetica, Arial, sans-serif; }
.strip .axis path, .strip .axis line { stroke: var(--muted); fill: none; }
.strip .grid line { stroke: var(--line); }
.strip .grid path { display: none; }
.strip .price { fill: none; stroke: var(--price); stroke-width: 1.8; }
.strip .twin { fill: none; stroke: var(--twin); stroke-width: 1.6; stroke-dasharray: 6 3; }
.strip .outside { fill: none; stroke: var(--outside); stroke-width: 1.2; stroke-dasharray: 2 2; }
.strip .book { fill: var(--book); }
.strip .taken { fill: var(--taken); }
.strip .zero { stroke: var(--muted); }
.strip .cursor { stroke: var(--ink); stroke-width: 1; }
.strip .dot { fill: var(--price); stroke: var(--paper); stroke-width: 1.5; }
.strip .dot.of-twin { fill: var(--twin); }
.strip .readout { display: grid; grid-template-columns: repeat(auto-fit, minmax(150px, 1fr)); gap: 4px 18px; margin: 8px 0 6px; min-height: 104px; font-size: 14px; font-variant-numeric: tabular-nums; align-content: start; }
.strip .readout div { display: block; }
.strip .readout dt { font-size: 12px; }
.strip .legend { display: flex; flex-wrap: wrap; gap: 4px 18px; font-size: 13px; margin: 0 0 4px; padding: 0; list-style: none; }
.strip .legend li { display: flex; align-items: center; gap: 6px; margin: 0; }
.strip .legend svg { width: 26px; height: 12px; flex: none; }
.strip .controls { display: flex; flex-wrap: wrap; gap: 8px; margin: 0 0 8px; }
button { font: inherit; font-size: 14px; color: var(--ink); background: var(--panel); border: 1px solid var(--muted); border-radius: 6px; padding: 6px 12px; cursor: pointer; }
button[aria-pressed="true"] { border-color: var(--accent); box-shadow: inset 0 0 0 1px var(--accent); }
.hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
@media (max-width: 760px) {
  main { padding: 20px 14px 48px; }
  h1 { font-size: 23px; }
  .answer { font-size: 17px; }
  .chart .wide { display: none; }
  .chart .narrow { display: block; margin: 0 auto; }
  th[scope="row"] { white-space: normal; min-width: 96px; }
  td:last-child:not(.number) { min-width: 190px; }
}
@media print {
  .strip { display: none; }
  .chart .wide { display: block; }
  .chart .narrow { display: none; }
}
`;
