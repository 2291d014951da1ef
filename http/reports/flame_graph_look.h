#pragma once

#include <string_view>

namespace orchestrator_exporter::http {

// The colours are those of the live page; texts keep a contrast of 4.5 to what they stand on.
inline constexpr std::string_view kFlameGraphLook = R"css(
.profile{--ground:#f5f6f8;--card:#fff;--line:#e2e5eb;--ink:#1b212c;--quiet:#586273;--accent:#2f5fd0;--control:#838d9e;
--unknown:#e2e5eb;--computes:#cfdcf8;--waits:#f0e0b0;--allocates:#ddd0fb;--moves:#bde7e4;--kernel:#d3d8e0;--mark:#964b87;--on-mark:#fff;
color:var(--ink);font:14px/20px -apple-system,"Segoe UI",Inter,Roboto,"Noto Sans","Liberation Sans",system-ui,sans-serif;font-variant-numeric:tabular-nums}
@media (prefers-color-scheme:dark){.themed .profile{--ground:#0f1217;--card:#161a21;--line:#272d38;--ink:#e6e9ef;--quiet:#98a2b3;--accent:#8fb0ff;--control:#6b7688;
--unknown:#272d38;--computes:#2a4480;--waits:#5a4918;--allocates:#4b3a7d;--moves:#17584f;--kernel:#3a4250;--mark:#d58bc0;--on-mark:#0f1217}}
body.themed{margin:0;background:#f5f6f8}@media (prefers-color-scheme:dark){body.themed{background:#0f1217}}
.themed .profile{max-width:1600px;margin:0 auto;padding:16px 20px 28px}
.profile *{box-sizing:border-box}
.profile h1,.profile h3{margin:0 0 4px;font-size:21px;line-height:28px;font-weight:600}
.profile h2{margin:24px 0 8px;padding:0;border:0;font-size:14px;line-height:20px;font-weight:600}
.profile .facts{margin:0 0 16px;color:var(--quiet)}
.profile .sheet{border:1px solid var(--line);border-radius:8px;background:var(--card);overflow:hidden}
.profile .bar{display:flex;flex-wrap:wrap;gap:8px 16px;align-items:center;padding:8px 12px;border-bottom:1px solid var(--line)}
.profile .keys{display:flex;flex-wrap:wrap;gap:4px 12px;margin:0;padding:0;list-style:none;font-size:12px;line-height:16px;color:var(--quiet)}
.profile .keys svg{width:12px;height:12px;margin-right:4px;vertical-align:-2px}
.profile .tools{display:none;gap:8px;margin-left:auto}
.profile.lively .tools{display:flex}
.profile input,.profile button{height:28px;padding:0 8px;border:1px solid var(--control);border-radius:6px;background:var(--card);color:var(--ink);font:inherit;font-size:13px}
.profile button{cursor:pointer}.profile button:disabled{opacity:.5;cursor:default}
.profile input:focus-visible,.profile button:focus-visible{outline:2px solid var(--accent);outline-offset:1px}
.profile .about{min-height:20px;padding:4px 12px;overflow:hidden;font-size:12px;color:var(--quiet);white-space:nowrap;text-overflow:ellipsis}
.profile .flames{display:block;width:100%;padding:0 12px 12px}
.profile .flames rect{stroke:var(--card);stroke-width:1;rx:2}
.profile .flames text{fill:var(--ink);font:12px/16px ui-monospace,"Cascadia Mono","DejaVu Sans Mono",monospace;pointer-events:none}
.profile .u rect{fill:var(--unknown)}.profile .c rect{fill:var(--computes)}.profile .w rect{fill:var(--waits)}
.profile .a rect{fill:var(--allocates)}.profile .m rect{fill:var(--moves)}.profile .k rect{fill:var(--kernel)}
.profile.lively .f{cursor:pointer}
.profile .f:hover rect,.profile .f:focus-visible rect{stroke:var(--ink)}.profile .f:focus{outline:none}
.profile .found rect{fill:var(--mark)}.profile .flames .found text{fill:var(--on-mark)}
.profile .above{opacity:.55}
.profile table{width:100%;border-collapse:collapse;font-size:13px;line-height:20px}
.profile th{padding:8px 12px;font-size:12px;font-weight:500;text-align:left;color:var(--quiet);border:0}
.profile td{padding:4px 12px;border:0;border-top:1px solid var(--line);vertical-align:top}
.profile .n{text-align:right;white-space:nowrap}
.profile td.name{overflow-wrap:anywhere;font-family:ui-monospace,"Cascadia Mono","DejaVu Sans Mono",monospace;font-size:12px}
.profile td small{color:var(--quiet)}
.profile .notes{margin:12px 0 0;color:var(--quiet);font-size:12px}
@media (max-width:640px){.themed .profile{padding:12px}.profile .wide{display:none}}
@media print{.profile .tools{display:none!important}}
)css";

// Boxes have their first place and width as numbers from 0 to 100 in data-x and data-w, their row
// in data-d.
inline constexpr std::string_view kFlameGraphBehaviour = R"js(
(function(){
document.querySelectorAll('.profile').forEach(function(root){
var svg=root.querySelector('.flames');if(!svg)return;
root.classList.add('lively');
var boxes=[].slice.call(svg.querySelectorAll('.f')),about=root.querySelector('.about'),search=root.querySelector('input'),
whole=root.querySelector('button'),idle=about.textContent,zoomed=null;
boxes.forEach(function(b){b.x0=+b.dataset.x;b.w0=+b.dataset.w;b.depth=+b.dataset.d;b.says=b.querySelector('title').textContent;b.word=b.querySelector('text').textContent.toLowerCase();b.setAttribute('tabindex','0');});
function zoom(to){
zoomed=to;whole.disabled=!to;
var x=to?to.x0:0,w=to?to.w0:100,depth=to?to.depth:-1,e=1e-7;
boxes.forEach(function(b){
var inside=b.x0>=x-e&&b.x0+b.w0<=x+w+e&&b.depth>=depth,above=to&&b.depth<depth&&b.x0<=x+e&&b.x0+b.w0>=x+w-e;
b.style.display=inside||above?'':'none';b.classList.toggle('above',!!above);
b.setAttribute('x',above?'0%':(b.x0-x)/w*100+'%');b.setAttribute('width',above?'100%':b.w0/w*100+'%');});}
function tell(b){about.textContent=b?b.says:idle;}
boxes.forEach(function(b){
b.addEventListener('click',function(){zoom(b===zoomed?null:b);});
b.addEventListener('mouseenter',function(){tell(b);});b.addEventListener('mouseleave',function(){tell(zoomed);});
b.addEventListener('focus',function(){tell(b);});
b.addEventListener('keydown',function(e){if(e.key==='Enter'||e.key===' '){e.preventDefault();zoom(b===zoomed?null:b);}});});
root.addEventListener('keydown',function(e){if(e.key==='Escape'){search.value='';find();zoom(null);tell(null);}});
whole.addEventListener('click',function(){zoom(null);tell(null);});
function find(){
var word=search.value.toLowerCase(),share=0,end=-1;
boxes.forEach(function(b){
var hit=word!==''&&b.word.indexOf(word)>=0;b.classList.toggle('found',hit);});
boxes.filter(function(b){return b.classList.contains('found');}).sort(function(a,b){return a.x0-b.x0||b.w0-a.w0;})
.forEach(function(b){if(b.x0>=end-1e-7){share+=b.w0;end=b.x0+b.w0;}});
about.textContent=word===''?idle:share.toFixed(1)+'% is in functions with this name or below them';}
search.addEventListener('input',find);
});})();
)js";

}  // namespace orchestrator_exporter::http
