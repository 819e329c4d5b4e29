/**
 * Dated crashes: public prices at stated moments, and what is assumed about the days before. The same facts stand in reference/events.json.
 */

/** One crash. Clock times are UTC; prices in quote units. */
export interface MarketEvent {
  /** Date, the name in a scenario. */
  readonly name: string;
  readonly title: string;
  readonly asset: string;
  readonly quote: string;
  /** First moment, ISO 8601. */
  readonly start: string;
  /** [clock time, price]; a time before its predecessor is on the next day. */
  readonly waypoints: readonly (readonly [clock: string, price: number])[];
  readonly source: string;
  /** Prices before the start, [hours before the start, price], newest first. */
  readonly history: readonly (readonly [hours: number, price: number])[];
  readonly historySource: string;
}

/** All events, oldest first. */
export const EVENTS: readonly MarketEvent[] = [
  {
    name: '2020-03-12',
    title: '12 March 2020: Black Thursday, first leg',
    asset: 'BTC',
    quote: 'USDT',
    start: '2020-03-12T09:00:00Z',
    waypoints: [
      ['09:00', 7377.6],
      ['10:00', 7354.2],
      ['10:50', 5550],
      ['11:00', 6014.9],
      ['12:00', 6067],
      ['13:00', 6028.1],
      ['14:00', 5994],
    ],
    source:
      'Binance spot BTCUSDT, public hourly bars (closes at the stamp); the hour 10:00-11:00 has low 5,550 and the time inside the hour is not known (hypothetical: 10:50)',
    history: [
      [0, 7377.6],
      [72, 7377.6],
    ],
    historySource: 'hypothetical: the first waypoint, held for three days',
  },
  {
    name: '2020-03-13',
    title: '13 March 2020: Black Thursday, second leg and venue outage',
    asset: 'BTC',
    quote: 'USDT',
    start: '2020-03-12T23:00:00Z',
    waypoints: [
      ['23:00', 5802.7],
      ['00:00', 4800],
      ['01:00', 4654.7],
      ['02:00', 4130.6],
      ['02:16', 3782.1],
      ['03:00', 4848.7],
      ['04:00', 5167.3],
      ['05:00', 4774.5],
    ],
    source:
      'Binance spot BTCUSDT, public hourly bars; hour 02:00-03:00 has low 3,782.13 (perpetual 3,621.81); time inside the hour hypothetical: 02:16, when BitMEX went down',
    history: [
      [0, 5802.7],
      [9, 5994],
      [10, 6028.1],
      [11, 6067],
      [12, 6014.9],
      [13, 7354.2],
      [14, 7377.6],
      [72, 7377.6],
    ],
    historySource:
      'the waypoints of 2020-03-12 (Binance spot BTCUSDT, public hourly bars); hypothetical before them: held for the rest of three days',
  },
  {
    name: '2021-05-19',
    title: '19 May 2021',
    asset: 'BTC',
    quote: 'USDT',
    start: '2021-05-19T11:00:00Z',
    waypoints: [
      ['11:00:00', 39432.4],
      ['11:14:59', 39410],
      ['11:20:00', 38906.4],
      ['11:24:59', 38720],
      ['11:30:00', 38128.8],
      ['11:34:59', 38000],
      ['12:00:00', 38700],
      ['12:09:59', 38780],
      ['12:30:00', 38314.4],
      ['12:40:00', 37729.8],
      ['12:50:00', 35512.3],
      ['12:55:00', 32904.7],
      ['13:00:00', 35234.6],
      ['13:10:00', 30101],
      ['13:12:00', 30000],
      ['13:14:59', 32300],
      ['13:20:00', 35348.4],
      ['13:30:00', 33601.9],
      ['13:34:59', 35470],
      ['13:40:00', 35882.3],
      ['14:00:00', 35863.1],
      ['14:11:00', 34840],
      ['14:30:00', 35584.9],
      ['14:41:00', 34640],
      ['14:49:59', 36390],
      ['15:00:00', 37501.9],
    ],
    source: 'Binance spot BTCUSDT, public five-minute bars (opens at the stamp); low 30,000 in bar 13:10; some values rounded to 10 USD',
    history: [
      [0, 39432.4],
      [72, 39432.4],
    ],
    historySource: 'hypothetical: the first waypoint, held for three days',
  },
  {
    name: '2025-10-10',
    title: '10 October 2025: tariff announcement, record liquidations',
    asset: 'BTC',
    quote: 'USDT',
    start: '2025-10-10T20:45:00Z',
    waypoints: [
      ['20:45:00', 116982],
      ['20:50:00', 116848],
      ['20:51:59', 116360],
      ['20:52:59', 115720],
      ['20:53:00', 115245],
      ['20:55:59', 114950],
      ['20:56:20', 113189],
      ['20:56:59', 114290],
      ['20:57:59', 114565],
      ['21:05:00', 115059],
      ['21:10:59', 114320],
      ['21:11:59', 113652],
      ['21:12:59', 113100],
      ['21:13:30', 110284],
      ['21:14:30', 112184],
      ['21:14:59', 111760],
      ['21:15:20', 112502],
      ['21:15:59', 111210],
      ['21:16:59', 109690],
      ['21:17:40', 107159],
      ['21:18:20', 110575],
      ['21:19:40', 104003],
      ['21:19:59', 104950],
      ['21:20:20', 102497],
      ['21:21:59', 107456],
      ['21:22:40', 108996],
      ['21:25:59', 107540],
      ['21:26:30', 106203],
      ['21:27:59', 108740],
      ['21:29:59', 109624],
      ['21:31:59', 110050],
      ['21:33:59', 111030],
      ['21:37:00', 112000],
      ['21:38:59', 111280],
      ['21:45:59', 112450],
      ['21:46:59', 113560],
      ['21:54:59', 113340],
      ['22:00:00', 113671],
      ['22:04:59', 113690],
      ['22:05:59', 112020],
      ['22:06:59', 112540],
      ['22:14:59', 114080],
      ['22:29:00', 112650],
      ['22:35:59', 113560],
      ['22:45:00', 113850],
    ],
    source:
      "BTCUSD_PERP one-minute mark-price klines (Binance public data): values are bar opens, closes, highs or lows, some rounded to 10 USD; seconds within a minute are ours (hypothetical). Other lows that day: spot 102,000, USD-M perpetual 101,516.5, mark 102,497.5, all in minute 21:20. A bridged path must stay inside every one-minute bar's high-low range widened by 0.3 %",
    history: [
      [0, 116982],
      [6, 122574],
      [72, 122574],
    ],
    historySource:
      'hypothetical: the first waypoint, and before the six hours of the slide the 24-hour high of 122,574 (CoinGlass and press reports of 10 and 11 October 2025), held for three days',
  },
];

/** Seconds from the start and prices of an event's waypoints; clock times that go back have passed midnight. */
export function eventPath(event: MarketEvent): { readonly times: readonly number[]; readonly prices: readonly number[] } {
  const times: number[] = [];
  const first = clockSeconds(event.start.slice(11, 19));
  for (const [clock] of event.waypoints) {
    let time = clockSeconds(clock) - first;
    while (time < (times.at(-1) ?? 0)) time += 86_400;
    times.push(time);
  }
  return { times, prices: event.waypoints.map(([, price]) => price) };
}

function clockSeconds(clock: string): number {
  const [hours = 0, minutes = 0, seconds = 0] = clock.split(':').map(Number);
  return hours * 3600 + minutes * 60 + seconds;
}
