/// The page's looks. Colours are told apart by people who see few of them (Okabe & Ito, 2008), and none stands
/// without its word; hatching is drawn, not fetched; nothing depends on the width of the window.
let reportStyleSheet: StaticString = """

  :root { --ink: #1c2733; --soft: #52606d; --line: #d3dae1; --paper: #fff; --wash: #f4f6f8;
    --blue: #0b5394; --orange: #b23c00; --amber: #7a5a00; --grey: #4f5961;
    --hatch: repeating-linear-gradient(45deg, #fff 0 4px, #dfe4e8 4px 8px); }
  * { box-sizing: border-box; }
  body { margin: 0; background: var(--paper); color: var(--ink); line-height: 1.5; font-size: 16px;
    font-family: -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, "DejaVu Sans", sans-serif;
    print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  header.masthead, nav, main, footer { max-width: 60rem; margin: 0 auto; padding: 0 1.25rem; }
  h1, h2, h3, h4 { line-height: 1.25; margin: 0; break-after: avoid; overflow-wrap: anywhere; }
  h1 { font-size: 2rem; margin: 0.15rem 0; }
  section { margin: 3rem 0 0; }
  h2 { font-size: 1.45rem; padding-bottom: 0.4rem; border-bottom: 2px solid var(--ink); margin-bottom: 1rem; }
  h2 .number { color: var(--soft); font-weight: 400; margin-right: 0.35rem; }
  h3 { font-size: 1.15rem; margin: 2rem 0 0.5rem; }
  h4 { font-size: 1rem; margin: 1.25rem 0 0.35rem; }
  p { margin: 0.5rem 0; max-width: 46rem; overflow-wrap: anywhere; }
  ul.plain { margin: 0.5rem 0; padding-left: 1.2rem; max-width: 46rem; }
  code { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace;
    font-size: 0.86em; overflow-wrap: anywhere; }
  .warning { margin: 0 0 1.5rem; padding: 0.6rem 1.25rem; max-width: none; background: var(--ink); color: #fff;
    text-align: center; }
  .kind { color: var(--soft); margin: 0; }
  .subject { font-size: 1.1rem; margin: 0 0 1.25rem; }
  .statement { padding: 1rem 1.25rem; border-left: 8px solid; margin: 1rem 0; }
  .statement .headline { font-size: 1.35rem; font-weight: 600; line-height: 1.3; margin: 0; }
  .verdict.pass { border-color: var(--blue); background-color: #eaf2fa; }
  .verdict.fail { border-color: var(--orange); background-color: #fdf0e9; }
  .verdict.inconclusive { border-color: #c99700; background-color: #fdf7e3; }
  .verdict.not-evaluable { border-color: var(--grey); background-color: #eff1f3; }
  .badge { display: inline-block; padding: 0.05rem 0.55rem; border: 1.5px solid; border-radius: 3px;
    font-size: 0.85rem; font-weight: 600; white-space: nowrap; text-align: left; }
  .badge.pass { color: var(--blue); }
  .badge.fail { color: #fff; background-color: var(--orange); }
  .badge.inconclusive { color: var(--amber); border-style: dashed; }
  .badge.not-evaluable { color: var(--grey); background: var(--hatch); }
  .notice { padding: 0.75rem 1.25rem; border: 2px solid var(--ink); background: var(--hatch); font-weight: 600;
    max-width: none; }
  .tag { font-size: 0.8rem; font-weight: 600; border: 1.5px solid var(--ink); background: var(--hatch);
    padding: 0.05rem 0.5rem; margin-left: 0.6rem; vertical-align: middle; white-space: nowrap; }
  dl { margin: 1rem 0; } dt { color: var(--soft); font-size: 0.85rem; } dd { margin: 0; overflow-wrap: anywhere; }
  .figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(9.5rem, 1fr)); gap: 1px; }
  .figures > div { box-shadow: 0 0 0 1px var(--line); padding: 0.6rem 0.8rem; display: flex;
    flex-direction: column-reverse; justify-content: flex-end; }
  .figures dd { font-size: 1.5rem; font-weight: 600; font-variant-numeric: tabular-nums; }
  .facts { display: grid; grid-template-columns: repeat(auto-fit, minmax(16rem, 1fr)); gap: 0.6rem 1.5rem; }
  .digests { border-top: 1px solid var(--line); margin-top: 1rem; padding-top: 0.5rem; }
  .digests h2 { font-size: 0.85rem; font-weight: 400; color: var(--soft); border: 0; margin: 0; padding: 0; }
  .digests ul { list-style: none; margin: 0; padding: 0; font-size: 0.8rem; }
  .digests li { display: grid; grid-template-columns: minmax(6rem, 11rem) 1fr; gap: 0.75rem; }
  .digests span { overflow-wrap: anywhere; }
  nav { margin-top: 1.5rem; } nav ol { columns: 2 18rem; column-gap: 2rem; padding-left: 1.4rem; margin: 0.25rem 0; }
  a { color: var(--blue); }
  .scroll { overflow-x: auto; margin: 0.75rem 0 1.25rem; }
  table { border-collapse: collapse; width: 100%; font-size: 0.86rem; font-variant-numeric: tabular-nums; }
  caption { text-align: left; font-weight: 600; padding: 0.25rem 0; }
  th, td { padding: 0.35rem 0.5rem; border-bottom: 1px solid var(--line); text-align: right;
    vertical-align: top; }
  thead th { vertical-align: bottom; border-bottom: 1.5px solid var(--ink); font-size: 0.8rem; hyphens: auto; }
  th:first-child, th[scope="row"], th[scope="rowgroup"], td.words, .summary td, .summary th, .phases th {
    text-align: left; }
  th[scope="row"] { font-weight: 400; overflow-wrap: anywhere; }
  tr.level th { font-weight: 600; background: var(--wash); }
  tr.together th, tr.together td { background: #eef3f8; } tr.together th { font-weight: 600; }
  tr.development th, tr.development td { color: var(--soft); font-style: italic; }
  tr { break-inside: avoid; } tr.level { break-after: avoid; } .judged td { white-space: nowrap; }
  .ci { display: block; font-size: 0.85em; color: var(--soft); font-weight: 400; }
  td > .ci { white-space: nowrap; } td > .ci.wraps { white-space: normal; } .numbers th:first-child { min-width: 10rem; }
  .judged caption { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  .id { font-weight: 400; color: var(--soft); font-size: 0.86rem; margin-left: 0.5rem; }
  td.withheld, tr.together td.withheld { background: var(--hatch); text-align: center; color: var(--grey); }
  td.withheld span { background: #fff; padding: 0 0.5rem; }
  td.strong, p.strong { font-weight: 600; } td.strong { white-space: nowrap; }
  td.none { color: var(--soft); text-align: center; }
  .drift th:nth-child(2), .drift th:nth-child(3) { text-align: left; }
  .beside { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(18rem, 100%), 1fr)); gap: 0 2rem; }
  .beside > dl { grid-template-columns: repeat(auto-fit, minmax(12rem, 1fr)); }
  @media (min-width: 52rem) { .beside { grid-template-columns: 2fr 1fr; } }
  .criterion { border-left: 6px solid; padding: 0.75rem 1.25rem; margin: 1rem 0; break-inside: avoid; }
  .criterion.verdict { background-color: var(--paper); border-top: 1px solid var(--line);
    border-right: 1px solid var(--line); border-bottom: 1px solid var(--line); }
  .criterion h4 { margin: 0; } .criterion .ordinal { margin-right: 0.5rem; }
  .criterion .sentence { font-size: 1.05rem; font-weight: 600; }
  .criterion .demands, .source, .range { color: var(--soft); font-size: 0.86rem; }
  .expectations { display: grid; grid-template-columns: repeat(auto-fit, minmax(16rem, 1fr)); gap: 1rem; }
  .expectation { border-top: 3px solid var(--blue); background: var(--wash); padding: 0.75rem 1rem;
    break-inside: avoid; }
  .expectation h3 { margin: 0; font-size: 1rem; }
  .legend { display: flex; flex-wrap: wrap; gap: 0.25rem 1.5rem; font-size: 0.86rem; max-width: none; }
  .legend span { display: inline-flex; align-items: center; gap: 0.45rem; }
  .caution { border-left: 4px solid #c99700; padding-left: 0.9rem; }
  figure { margin: 1.5rem 0; break-inside: avoid; } figcaption { font-weight: 600; margin-bottom: 0.35rem; }
  .panels { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(17rem, 100%), 1fr)); gap: 1rem; }
  .panels.wide { grid-template-columns: repeat(auto-fill, minmax(min(24rem, 100%), 1fr)); }
  .panels .panel { margin: 0; } .panel figcaption { font-size: 0.86rem; font-weight: 600; }
  .contributor { border-top: 1px solid var(--line); padding: 0.5rem 0; break-inside: avoid; }
  .contributor h3 { margin: 0.5rem 0 0; }
  .fingerprint span { display: block; color: var(--soft); font-size: 0.85rem; } .fingerprint { max-width: none; }
  .absent { color: var(--soft); font-style: italic; }
  .claims { border-left: 4px dotted var(--soft); padding: 0.1rem 0 0.1rem 1.25rem; margin: 1.5rem 0; }
  .claims h3 { margin-top: 0.25rem; }
  footer { margin: 3rem auto; color: var(--soft); font-size: 0.86rem; }
  .defs { position: absolute; width: 0; height: 0; }
  svg { display: block; max-width: 100%; height: auto; font-family: inherit; }
  svg text { font-size: 13px; fill: var(--ink); font-variant-numeric: tabular-nums; }
  svg .tick, svg .note, svg .head { fill: var(--soft); font-size: 12px; } svg .strong { font-weight: 600; }
  svg .limit-text { fill: var(--orange); font-size: 11px; }
  svg .grid { stroke: #e6eaee; } svg .axis { stroke: var(--soft); } svg .rule { stroke: var(--ink); }
  svg .ideal { stroke: var(--soft); stroke-width: 1.2; }
  svg .limit { stroke: var(--orange); stroke-width: 1.4; stroke-dasharray: 5 3; }
  svg .interval { stroke: var(--ink); stroke-width: 1.6; } svg .interval.development { stroke: #8a959f; }
  svg .estimate { fill: var(--blue); } svg .estimate.development { fill: #fff; stroke: var(--ink);
    stroke-width: 1.6; }
  svg .arrow { fill: var(--ink); } svg .diamond { fill: var(--orange); }
  svg .prediction { fill: #e69f00; } svg .prediction-end { stroke: #9c6c00; stroke-width: 2; }
  svg .hatched { fill: url(#hatch); stroke: #b8c1c9; }
  svg .identity { stroke: var(--soft); stroke-dasharray: 4 3; } svg .share { fill: #cfd7de; }
  svg polyline { fill: none; stroke-linejoin: round; } svg .curve { stroke: var(--blue); stroke-width: 2.4; }
  svg .curve.thin { stroke-width: 1.2; } svg .point { fill: var(--blue); }
  svg .everybody { stroke: var(--orange); stroke-width: 1.8; stroke-dasharray: 9 5; }
  svg .everybody.single { stroke-dasharray: none; }
  svg .small { font-size: 12px; } svg .halo { paint-order: stroke; stroke: #fff; stroke-width: 4px; }
  svg .change { stroke: #6b3fa0; stroke-width: 1.2; stroke-dasharray: 2 3; } svg .change-text { fill: #6b3fa0; font-size: 10px; }
  svg .signal { fill: var(--orange); } svg .events { fill: var(--blue); stroke: #fff; stroke-width: 0.5; }
  svg .others { fill: #9aa7b3; stroke: #fff; stroke-width: 0.5; } svg .late { fill: #a9c4dd; }
  svg .nobody { stroke: var(--ink); stroke-width: 1.2; }
  .told th, .told td { text-align: left; } .told td.number { text-align: right; white-space: nowrap; }
  .told td.time, .told th.time { white-space: nowrap; } .told .ci { white-space: normal; }
  .told th[scope="row"] { overflow-wrap: break-word; min-width: 4.5rem; } .told .line { display: block; }
  .signature { border: 1px solid var(--line); border-left: 6px solid var(--grey); padding: 0.6rem 1rem; margin: 0.75rem 0;
    break-inside: avoid; } .signature h4 { margin: 0; } .signature p { margin: 0.25rem 0; }
  .signature.approve { border-left-color: var(--blue); } .signature.reject { border-left-color: var(--orange); }
  .signature .meaning { font-style: italic; } .quiet { color: var(--soft); font-size: 0.86rem; }
  .word { display: inline-block; padding: 0.05rem 0.55rem; border: 1.5px solid; border-radius: 3px; font-size: 0.85rem;
    font-weight: 600; white-space: nowrap; margin-left: 0.4rem; } .word.approve { color: var(--blue); }
  .word.reject, .word.open { color: #fff; background: var(--orange); border-color: var(--orange); }
  .word.abstain, .word.closed { color: var(--grey); border-style: dashed; } .word.drill { background: var(--hatch); }
  .incident { border-top: 2px solid var(--ink); margin: 1.25rem 0; padding-top: 0.5rem; } .incident h3 { margin: 0.25rem 0; }
  details { margin: 0.75rem 0; } summary { cursor: pointer; color: var(--blue); font-weight: 600; font-size: 0.9rem; }
  .wide-figure { overflow-x: auto; } .wide-figure svg { min-width: 34rem; }
  .lead-figure figure { margin: 0.5rem 0; } .expectation h4 { margin: 0; font-size: 1rem; }
  .gaps td:nth-child(2), .trends td:nth-child(2), .trends td:nth-child(3), .decisions td.words,
    .withheld-bounds td:nth-child(2), .withheld-bounds th:nth-child(2), .decisions th:last-child, .gaps th:nth-child(2),
    .trends th:nth-child(2), .trends th:nth-child(3), .verdicts th:nth-child(9) { text-align: left; }
  .paired td, .bounds td, .withheld-bounds td { white-space: nowrap; }
  .facts-table td:nth-child(2) { white-space: nowrap; font-variant-numeric: tabular-nums; }
  .digest-list code { font-size: 0.75rem; } .beyond { font-weight: 600; }
  @page { size: A4; margin: 14mm; }
  @media print {
    html { font-size: 9.5pt; } body { font-size: 1rem; }
    .digests ul { font-size: 6.5pt; }
    header.masthead, nav, main, footer { max-width: none; padding: 0; }
    .summary, .judged, .decisions, .paired, .facts-table { break-inside: avoid; } caption, thead { break-after: avoid; } p, ul.plain { max-width: none; }
    .warning { margin: 0 0 1rem; border: 2px solid var(--ink); } section { margin-top: 1.75rem; }
    details::details-content { content-visibility: visible; display: block; height: auto; } summary { color: inherit; }
    .scroll, .wide-figure { overflow: visible; } .wide-figure svg { min-width: 0; } .numbers { font-size: 7.5pt; } .numbers thead th { font-size: 7pt; }
    .numbers th, .numbers td { padding: 0.2rem 0.25rem; } a { color: inherit; text-decoration: none; }
    .beside { grid-template-columns: 2fr 1fr; }
    .panels { grid-template-columns: repeat(3, 1fr); } .panels.wide { grid-template-columns: repeat(2, 1fr); }
  }

  """
