/** The interactive strip of a report: price, twin and forced flow of one run, step by step, by pointer or keyboard. */
import { axisBottom, axisLeft, extent, line, max, min, pointer, scaleLinear, select, type ScaleLinear } from 'd3';

/** What the page finds in its `strip-data` element. One entry a step; null where undefined. Money and prices in quote units. */
export interface StripData {
  readonly symbol: string;
  /** Seconds from the start. */
  readonly time: readonly number[];
  readonly last: readonly (number | null)[];
  readonly twin: readonly (number | null)[];
  readonly index: readonly (number | null)[];
  /** Forced flow in the book, sales below 0. */
  readonly book: readonly number[];
  /** Taken off the book, by the backstop, winners or keepers; sales below 0. */
  readonly taken: readonly number[];
  /** Steps with forced orders: [step, groups caused, groups advanced, groups common]. */
  readonly groups: readonly (readonly [step: number, caused: number, advanced: number, common: number])[];
}

const PRICE_HEIGHT = 250;
const FLOW_HEIGHT = 120;
const GAP = 26;
const EDGE = { top: 10, right: 10, bottom: 40, left: 66 } as const;
/** Half of the zoomed span, in seconds. */
const ZOOM = 300;
/** Steps of a long move: Page Up, Page Down. */
const LEAP = 60;

const grouped = (value: number, digits: number): string => {
  const [whole = '', part] = Math.abs(value).toFixed(digits).split('.');
  const text = whole.replace(/\B(?=(\d{3})+$)/g, ',');
  return (value < 0 ? '−' : '') + (part === undefined ? text : `${text}.${part}`);
};
const price = (value: number | null | undefined): string =>
  value == null ? '–' : `$${grouped(value, Math.abs(value) < 100 ? 3 : Math.abs(value) < 10_000 ? 1 : 0)}`;
const money = (value: number): string => {
  const size = Math.abs(value);
  const short = (n: number, digits: number): string => n.toFixed(digits).replace(/\.0+$/, '');
  const text =
    size >= 1e9
      ? `${short(size / 1e9, 2)} B`
      : size >= 1e6
        ? `${short(size / 1e6, 1)} M`
        : size >= 1e3
          ? `${Math.round(size / 1e3)} k`
          : String(Math.round(size));
  return `${value < 0 ? '−' : ''}$${text}`;
};
const flow = (value: number): string => (value === 0 ? 'none' : `${money(Math.abs(value))} ${value < 0 ? 'sold' : 'bought'}`);
const clock = (seconds: number): string => {
  const whole = Math.floor(seconds);
  const part = seconds === whole ? '' : (seconds - whole).toFixed(1).slice(1);
  const two = (n: number): string => String(n).padStart(2, '0');
  return `${Math.floor(whole / 3600)}:${two(Math.floor(whole / 60) % 60)}:${two(whole % 60)}${part}`;
};

function draw(host: HTMLElement, data: StripData): void {
  const count = data.time.length;
  const end = data.time[count - 1] ?? 0;
  const groups = new Map(data.groups.map(([step, ...causes]) => [step, causes]));
  const deepest = deepestStep(data);
  let domain: readonly [number, number] = [data.time[0] ?? 0, end];
  let step = deepest;

  const page = select(host);
  const legend = page.append('ul').attr('class', 'legend');
  for (const [sign, text] of [
    ['price', 'price'],
    ['twin', 'twin'],
    ['outside', 'outside price'],
    ['book', 'forced, in the book'],
    ['taken', 'taken off the book'],
  ] as const) {
    const item = legend.append('li');
    const mark = item.append('svg').attr('viewBox', '0 0 26 12').attr('aria-hidden', 'true');
    if (sign === 'book' || sign === 'taken') mark.append('rect').attr('class', sign).attr('width', 26).attr('height', 12);
    else mark.append('path').attr('class', sign).attr('d', 'M0,6H26');
    item.append('span').text(text);
  }
  const controls = page.append('div').attr('class', 'controls');
  const spans: { readonly text: string; readonly of: () => readonly [number, number] }[] = [
    { text: 'Whole run', of: () => [data.time[0] ?? 0, end] },
    {
      text: 'Around the largest excess',
      of: () => [Math.max(data.time[0] ?? 0, (data.time[deepest] ?? 0) - ZOOM), Math.min(end, (data.time[deepest] ?? 0) + ZOOM)],
    },
  ];
  const buttons = spans.map(({ text, of }, i) =>
    controls
      .append('button')
      .attr('type', 'button')
      .attr('aria-pressed', String(i === 0))
      .text(text)
      .on('click', () => {
        domain = of();
        buttons.forEach((button, j) => button.attr('aria-pressed', String(i === j)));
        if ((data.time[step] ?? 0) < domain[0] || (data.time[step] ?? 0) > domain[1]) step = deepest;
        redraw();
      }),
  );

  const slider = page
    .append('div')
    .attr('role', 'slider')
    .attr('tabindex', 0)
    .attr('aria-label', `Time in the run of ${data.symbol}. Arrow keys move by one step, Page Up and Page Down by ${LEAP}.`)
    .attr('aria-valuemin', 0)
    .attr('aria-valuemax', count - 1);
  const svg = slider
    .append('svg')
    .attr('aria-hidden', 'true')
    .attr('height', EDGE.top + PRICE_HEIGHT + GAP + FLOW_HEIGHT + EDGE.bottom);
  const readout = page.append('dl').attr('class', 'readout');
  const spoken = page.append('p').attr('class', 'hidden').attr('aria-live', 'polite');

  let x: ScaleLinear<number, number> = scaleLinear();
  let y: ScaleLinear<number, number> = scaleLinear();

  function redraw(): void {
    const width = Math.max(240, host.clientWidth);
    svg.attr('width', width).selectAll('*').remove();
    const right = width - EDGE.right;
    const [from, to] = [firstAt(data.time, domain[0]), firstAt(data.time, domain[1])];
    const within = [...steps(from, to)];
    x = scaleLinear(domain, [EDGE.left, right]);
    const prices = within.flatMap((i) => [data.last[i], data.twin[i], data.index[i]]).filter((value) => value != null);
    y = scaleLinear(extent(prices) as [number, number], [EDGE.top + PRICE_HEIGHT, EDGE.top]).nice(6);
    const bars = barsOf(data, from, to, Math.floor(right - EDGE.left));
    const lowest = Math.min(0, min(bars, (bar) => bar.sales.book + bar.sales.taken) ?? 0);
    const highest = Math.max(0, max(bars, (bar) => bar.purchases.book + bar.purchases.taken) ?? 0);
    const flowTop = EDGE.top + PRICE_HEIGHT + GAP;
    const flowScale = scaleLinear(lowest === highest ? [-1, 1] : [lowest, highest], [flowTop + FLOW_HEIGHT, flowTop]).nice(4);

    const grid = axisLeft(y)
      .ticks(6)
      .tickSize(-(right - EDGE.left))
      .tickFormat(() => '');
    svg.append('g').attr('class', 'grid').attr('transform', `translate(${EDGE.left},0)`).call(grid);
    const priceAxis = axisLeft(y)
      .ticks(6)
      .tickFormat((value) => price(Number(value)));
    svg.append('g').attr('class', 'axis').attr('transform', `translate(${EDGE.left},0)`).call(priceAxis);
    const flowAxis = axisLeft(flowScale)
      .ticks(4)
      .tickFormat((value) => money(Number(value)));
    svg.append('g').attr('class', 'axis').attr('transform', `translate(${EDGE.left},0)`).call(flowAxis);
    const minutes = scaleLinear([domain[0] / 60, domain[1] / 60], [EDGE.left, right]);
    const timeAxis = axisBottom(minutes).ticks(Math.max(3, Math.floor(width / 90)));
    svg
      .append('g')
      .attr('class', 'axis')
      .attr('transform', `translate(0,${flowTop + FLOW_HEIGHT})`)
      .call(timeAxis);
    svg
      .append('text')
      .attr('x', (EDGE.left + right) / 2)
      .attr('y', flowTop + FLOW_HEIGHT + 34)
      .attr('text-anchor', 'middle')
      .text('minutes from the start');
    svg
      .append('text')
      .attr('x', EDGE.left)
      .attr('y', flowTop - 8)
      .text('forced flow, sales below zero');

    for (const bar of bars) {
      const left = x(bar.from);
      const thick = Math.max(0.8, x(bar.to) - left);
      for (const { book, taken } of [bar.sales, bar.purchases]) {
        const [a, b, c] = [flowScale(0), flowScale(book), flowScale(book + taken)];
        if (book !== 0)
          svg
            .append('rect')
            .attr('class', 'book')
            .attr('x', left)
            .attr('width', thick)
            .attr('y', Math.min(a, b))
            .attr('height', Math.abs(b - a));
        if (taken !== 0)
          svg
            .append('rect')
            .attr('class', 'taken')
            .attr('x', left)
            .attr('width', thick)
            .attr('y', Math.min(b, c))
            .attr('height', Math.abs(c - b));
      }
    }
    svg
      .append('path')
      .attr('class', 'zero')
      .attr('d', `M${EDGE.left},${flowScale(0)}H${right}`);
    for (const [name, values] of [
      ['outside', data.index],
      ['twin', data.twin],
      ['price', data.last],
    ] as const) {
      const path = line<number>()
        .defined((i) => values[i] != null)
        .x((i) => x(data.time[i] ?? 0))
        .y((i) => y(values[i] ?? 0));
      svg
        .append('path')
        .attr('class', name)
        .attr('d', path(thinned(values, within, 2 * (right - EDGE.left))));
    }
    svg.append('path').attr('class', 'cursor');
    svg.append('circle').attr('class', 'dot of-twin').attr('r', 4);
    svg.append('circle').attr('class', 'dot of-price').attr('r', 4);
    show(false);
  }

  /** Puts the cursor at `step`; only what the keyboard asked for is spoken. */
  function show(speak: boolean): void {
    const at = x(data.time[step] ?? 0);
    svg.select('.cursor').attr('d', `M${at},${EDGE.top}V${EDGE.top + PRICE_HEIGHT + GAP + FLOW_HEIGHT}`);
    for (const [name, values] of [
      ['.of-price', data.last],
      ['.of-twin', data.twin],
    ] as const) {
      const value = values[step];
      svg
        .select(name)
        .attr('visibility', value == null ? 'hidden' : null)
        .attr('cx', at)
        .attr('cy', value == null ? 0 : y(value));
    }
    const [last, twin] = [data.last[step], data.twin[step]];
    const excess = last == null || twin == null || twin === 0 ? null : (twin - last) / twin;
    const causes = groups.get(step);
    const counts =
      causes === undefined
        ? 'none'
        : `${causes.reduce((sum, n) => sum + n, 0)} (${['caused', 'advanced', 'common'].map((word, i) => `${causes[i]} ${word}`).join(', ')})`;
    const entries: [string, string][] = [
      ['Time from the start', clock(data.time[step] ?? 0)],
      ['Price', price(last)],
      ['Twin', price(twin)],
      ['Below its twin', excess === null ? '–' : `${(100 * excess).toFixed(2).replace('-', '−')} %`],
      ['Forced, in the book', flow(data.book[step] ?? 0)],
      ['Off the book', flow(data.taken[step] ?? 0)],
      ['Accounts with forced orders', counts],
    ];
    readout.selectAll('*').remove();
    for (const [term, value] of entries) {
      const item = readout.append('div');
      item.append('dt').text(term);
      item.append('dd').text(value);
    }
    const sentence = entries.map(([term, value]) => `${term}: ${value}`).join('. ');
    slider.attr('aria-valuenow', step).attr('aria-valuetext', clock(data.time[step] ?? 0));
    if (speak) spoken.text(sentence);
  }

  function move(to: number): void {
    step = Math.max(0, Math.min(count - 1, to));
    const seconds = data.time[step] ?? 0;
    if (seconds < domain[0] || seconds > domain[1]) {
      domain = [data.time[0] ?? 0, end];
      buttons.forEach((button, i) => button.attr('aria-pressed', String(i === 0)));
      redraw();
    }
    show(true);
  }

  slider.on('keydown', (event: KeyboardEvent) => {
    const to: Readonly<Record<string, number>> = {
      ArrowLeft: step - 1,
      ArrowDown: step - 1,
      ArrowRight: step + 1,
      ArrowUp: step + 1,
      PageDown: step - LEAP,
      PageUp: step + LEAP,
      Home: 0,
      End: count - 1,
    };
    const target = to[event.key];
    if (target === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    move(target);
  });
  const follow = (event: PointerEvent): void => {
    const seconds = x.invert(pointer(event, svg.node())[0]);
    step = nearest(data.time, Math.max(domain[0], Math.min(domain[1], seconds)));
    show(false);
  };
  svg.on('pointermove', follow).on('pointerdown', follow);
  let drawn = 0;
  new ResizeObserver(() => {
    if (host.clientWidth === drawn) return;
    drawn = host.clientWidth;
    redraw();
  }).observe(host);
}

function* steps(from: number, to: number): Generator<number> {
  for (let i = from; i <= to; i++) yield i;
}

/** The first step at or after a moment; the last step when there is none. */
function firstAt(time: readonly number[], seconds: number): number {
  let [low, high] = [0, time.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((time[middle] ?? 0) < seconds) low = middle + 1;
    else high = middle;
  }
  return low;
}

function nearest(time: readonly number[], seconds: number): number {
  const after = firstAt(time, seconds);
  const before = Math.max(0, after - 1);
  return seconds - (time[before] ?? 0) < (time[after] ?? 0) - seconds ? before : after;
}

/** The step at which the price stands furthest below its twin. */
function deepestStep(data: StripData): number {
  let best = 0;
  let most = -Infinity;
  data.last.forEach((last, i) => {
    const twin = data.twin[i];
    if (last == null || twin == null || twin === 0) return;
    if ((twin - last) / twin > most) {
      most = (twin - last) / twin;
      best = i;
    }
  });
  return best;
}

/** Lowest and highest step of each of about `points` / 2 spans, so that a thinned line keeps its extremes. */
function thinned(values: readonly (number | null)[], within: readonly number[], points: number): number[] {
  const width = Math.ceil((2 * within.length) / Math.max(2, points));
  if (width <= 1) return [...within];
  const kept: number[] = [];
  for (let from = 0; from < within.length; from += width) {
    const span = within.slice(from, from + width).filter((i) => values[i] != null);
    const low = min(span, (i) => values[i] ?? 0);
    const high = max(span, (i) => values[i] ?? 0);
    kept.push(
      ...[span.find((i) => values[i] === low), span.find((i) => values[i] === high)].filter((i) => i !== undefined).sort((a, b) => a - b),
    );
  }
  return kept;
}

interface Flow {
  book: number;
  taken: number;
}

/** Flows summed over spans of at least three pixels, sales and purchases apart. */
function barsOf(data: StripData, from: number, to: number, pixels: number): { from: number; to: number; sales: Flow; purchases: Flow }[] {
  const width = Math.max(1, Math.ceil((3 * (to - from + 1)) / Math.max(1, pixels)));
  const bars = [];
  for (let first = Math.max(1, from); first <= to; first += width) {
    const sales = { book: 0, taken: 0 };
    const purchases = { book: 0, taken: 0 };
    const last = Math.min(to, first + width - 1);
    for (let i = first; i <= last; i++) {
      for (const name of ['book', 'taken'] as const) {
        const value = data[name][i] ?? 0;
        if (value < 0) sales[name] += value;
        else purchases[name] += value;
      }
    }
    if (sales.book + sales.taken !== 0 || purchases.book + purchases.taken !== 0)
      bars.push({ from: data.time[first - 1] ?? 0, to: data.time[last] ?? 0, sales, purchases });
  }
  return bars;
}

const host = document.getElementById('strip');
const stored = document.getElementById('strip-data')?.textContent;
if (host !== null && stored != null) draw(host, JSON.parse(stored) as StripData);
