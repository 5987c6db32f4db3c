/** The report's style sheet: readable in light and dark, on paper too; no resource from anywhere else. */
export const style = `
:root{color-scheme:light dark;--ground:#f6f7f9;--sheet:#fff;--ink:#1b1f27;--soft:#5b6474;--rule:#dfe3ea;
--c0:#2563eb;--c1:#d9480f;--c2:#0f9d7a;--c3:#8b5cf6;--c4:#c0267e;--c5:#8a6d00}
@media (prefers-color-scheme:dark){:root{--ground:#12151b;--sheet:#1a1f28;--ink:#e8ebf1;--soft:#9aa5b8;--rule:#303846;
--c0:#6ea0ff;--c1:#ff9254;--c2:#3fcfa8;--c3:#b79bff;--c4:#f47fc0;--c5:#e0c04d}}
*{box-sizing:border-box}
body{margin:0;background:var(--ground);color:var(--ink);font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif}
main{max-width:1240px;margin:0 auto;padding:32px 20px 60px}
h1{font-size:26px;margin:0 0 2px;letter-spacing:-.01em}
h2{font-size:17px;margin:34px 0 12px}
p.lead{color:var(--soft);margin:0 0 20px}
table{border-collapse:collapse;width:100%;background:var(--sheet);border:1px solid var(--rule);border-radius:10px;overflow:hidden}
th,td{padding:9px 14px;text-align:right;border-top:1px solid var(--rule);font-variant-numeric:tabular-nums}
thead th{border-top:0;color:var(--soft);font-weight:600;font-size:13px}
th:first-child,td:first-child{text-align:left;font-weight:600}
.grid2{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(480px,100%),1fr));gap:16px}
figure{margin:0 0 16px;padding:14px 16px;background:var(--sheet);border:1px solid var(--rule);border-radius:10px;break-inside:avoid}
.grid2 figure{margin:0}
figcaption{font-weight:600;margin-bottom:8px}
svg{display:block;width:100%;height:auto}
svg text{font-family:inherit;fill:var(--soft)}
.tick{font-size:12px}.axis,.label{font-size:13px}svg .label{fill:var(--ink)}
.grid{stroke:var(--rule);stroke-width:1}
.line{fill:none;stroke-width:2;stroke-linejoin:round}
${[0, 1, 2, 3, 4, 5].map((i) => `.stroke${i}{stroke:var(--c${i})}.fill${i}{fill:var(--c${i})}.back${i}{background:var(--c${i})}`).join('')}
.legend,.facts{list-style:none;display:flex;flex-wrap:wrap;gap:4px 18px;margin:8px 0 0;padding:0;color:var(--soft);font-size:13px}
.narrow{max-width:860px}
.key{display:inline-block;width:14px;height:4px;border-radius:2px;margin-right:7px;vertical-align:middle}
.key.dashed{opacity:.55}
.note{border-left:4px solid var(--c1);padding:8px 14px;background:var(--sheet)}
details{background:var(--sheet);border:1px solid var(--rule);border-radius:10px;padding:10px 16px}
summary{cursor:pointer;font-weight:600}
pre{overflow:auto;font-size:13px;margin:10px 0 2px}
@media print{body{background:none}main{padding:0}}
`;
