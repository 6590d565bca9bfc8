#include "caravel/report/html.hpp"

namespace caravel::report::html {

std::string_view style() {
    return R"css(
:root{--ink:#1b2530;--soft:#5a6673;--line:#dde2e8;--pale:#f6f8fa;--accent:#0b5a8c}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%}
body{margin:0;color:var(--ink);background:#fff;font:15px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif}
.page{max-width:1160px;margin:0 auto;padding:0 32px 64px}
header{border-bottom:1px solid var(--line);padding:36px 0 22px;margin-bottom:6px}
.kind{margin:0 0 6px;color:var(--accent);font-size:12.5px;font-weight:650;letter-spacing:.09em;text-transform:uppercase}
h1{margin:0;font-size:30px;line-height:1.2;font-weight:650;letter-spacing:-.012em}
.lead{margin:10px 0 0;max-width:78ch;color:#36424e;font-size:16px}
.meta{margin:16px 0 0;display:flex;flex-wrap:wrap;gap:4px 22px;color:var(--soft);font-size:13px}
.meta b{color:var(--ink);font-weight:600}
.research{margin:14px 0 0;color:var(--soft);font-size:13px}
nav{padding:12px 0 0;font-size:13px;display:flex;flex-wrap:wrap;gap:4px 18px}
a{color:var(--accent);text-decoration:none}a:hover{text-decoration:underline}
section{padding-top:26px}
h2{margin:0 0 12px;font-size:20px;line-height:1.3;font-weight:640;letter-spacing:-.008em}
h3{margin:22px 0 8px;font-size:15px;font-weight:640}
.intro{margin:-6px 0 14px;max-width:86ch;color:var(--soft);font-size:14px}
.note{margin:8px 0 0;color:var(--soft);font-size:13px}
.mono,code,pre{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace}
.mono{font-size:12px;color:var(--soft);overflow-wrap:anywhere}
.attention{margin:20px 0 0;padding:12px 16px;background:#fff8ec;border-left:4px solid #d98a00;border-radius:3px;font-size:14px}
.attention ul{margin:0;padding:0 0 0 18px}
.cards{display:grid;grid-template-columns:repeat(auto-fill,minmax(250px,1fr));gap:14px;margin-bottom:20px}
.card{border:1px solid var(--line);border-radius:6px;padding:14px 16px 12px;display:flex;flex-direction:column}
.card .name{font-size:13.5px;color:#36424e;line-height:1.35;min-height:2.7em}
.card .value{margin:4px 0 0;font-size:27px;font-weight:640;line-height:1.2;letter-spacing:-.015em;font-variant-numeric:tabular-nums}
.card .value small{font-size:14.5px;font-weight:500;color:var(--soft);letter-spacing:0}
.card .range{min-height:1.5em;color:var(--soft);font-size:13px;font-variant-numeric:tabular-nums}
.card .foot{margin-top:8px;display:flex;justify-content:space-between;align-items:center;color:var(--soft);font-size:13px}
.badge{display:inline-block;padding:1px 8px;border:1px solid;border-radius:9px;font-size:11.5px;line-height:1.45;font-weight:600;white-space:nowrap}
.badge.predicted{color:#0b5a8c;border-color:#a9cbe2;background:#eef6fb}
.badge.calibrated{color:#7a5200;border-color:#e0c48a;background:#fdf6e6}
.badge.input{color:#4d5965;border-color:#ccd3da;background:#f4f6f8}
.badge.assumed,.badge.bad{color:#9a3412;border-color:#efb795;background:#fff1e8}
.badge.good{color:#0a6647;border-color:#9fd3bf;background:#edf8f4}
.scroll{overflow-x:auto}
table{width:100%;border-collapse:collapse;font-size:13.5px;font-variant-numeric:tabular-nums}
th{padding:7px 12px 7px 0;text-align:left;font-weight:620;font-size:12.5px;color:var(--soft);border-bottom:1.5px solid #b9c2cc;vertical-align:bottom}
td{padding:6.5px 12px 6.5px 0;border-bottom:1px solid #eaedf1;vertical-align:top}
td:first-child,th:first-child{padding-left:8px}
.number{text-align:right;white-space:nowrap;padding-right:22px}
tr.assumed td,tr.miss td{background:#fff5ee}
tr.assumed td:first-child,tr.miss td:first-child{box-shadow:inset 3px 0 0 #d55e00}
.charts{display:grid;grid-template-columns:repeat(2,minmax(0,1fr));gap:20px 28px}
.charts.single{grid-template-columns:minmax(0,1fr)}
figure{margin:0}
figure svg{display:block;width:100%;height:auto}
figcaption{margin:0 0 6px;font-size:14px;font-weight:600}
ol.events{margin:0;padding:0;list-style:none;display:grid;grid-template-columns:repeat(auto-fill,minmax(330px,1fr));gap:6px 26px;font-size:14px}
ol.events li{display:flex;gap:10px;align-items:baseline}
ol.events i{flex:none;min-width:22px;padding:0 6px;text-align:center;font-style:normal;font-size:12px;font-weight:600;line-height:1.6;color:#fff;background:#56616d;border-radius:10px}
ol.events b{flex:none;min-width:56px;font-weight:600;font-variant-numeric:tabular-nums}
ul.plain{margin:0;padding-left:20px;max-width:92ch}ul.plain li{margin:3px 0}
ul.marked{margin:0;padding:0;list-style:none;max-width:100ch}
ul.marked li{margin:0 0 6px;padding:7px 12px;background:#fff5ee;border-left:3px solid #d55e00;border-radius:2px}
del{color:#9a3412}ins{color:#0a6647;text-decoration:none;font-weight:600}
.two{display:grid;grid-template-columns:minmax(0,3fr) minmax(0,2fr);gap:0 40px}
details{margin-top:8px;border:1px solid var(--line);border-radius:6px}
summary{padding:9px 14px;cursor:pointer;font-weight:600;font-size:14px}
pre{margin:0;padding:14px 16px;border-top:1px solid var(--line);background:var(--pale);font-size:12.5px;line-height:1.5;white-space:pre-wrap;overflow-wrap:anywhere}
footer{margin-top:40px;padding-top:14px;border-top:1px solid var(--line);color:var(--soft);font-size:13px}
@media (max-width:820px){.page{padding:0 16px 40px}.charts,.two{grid-template-columns:minmax(0,1fr)}h1{font-size:25px}}
@media print{
@page{margin:16mm 14mm}
body{font-size:10pt}.page{max-width:none;padding:0}nav,.download{display:none}
header{padding-top:0}a{color:inherit}h1{font-size:20pt}h2{font-size:14pt;break-after:avoid}h3{break-after:avoid}
section{padding-top:14pt}figure,.card,.attention,tr,ol.events li{break-inside:avoid}thead{display:table-header-group}
.cards{grid-template-columns:repeat(4,1fr);gap:8pt}.card{padding:8pt}.card .value{font-size:16pt}
table{font-size:8.5pt}.scroll{overflow:visible}pre{font-size:7.5pt}
.badge,.attention,tr.miss td,tr.assumed td,ul.marked li,ol.events i{-webkit-print-color-adjust:exact;print-color-adjust:exact}
}
)css";
}

}  // namespace caravel::report::html
