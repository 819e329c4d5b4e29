/** The starter file of `init scenario`: the shortest world that does something, every line explained. */
export const SCENARIO_STARTER = `# A scenario for \`marginfall run\`. Editors complete it with the output of \`marginfall schema scenario\`.
name: NAME
horizon: 10m # length of a run; write durations with their unit
step: 1s

assets:
  - symbol: BTC
    tick: 1 # smallest price step, in dollars
    lot: 0.0001 # smallest quantity, in BTC
    # The outside price. Other kinds are constant, gbm, event (a dated crash) and csv (price bars of a file).
    driver: { kind: waypoints, points: [[0s, 100_000], [3m, 94_000], [10m, 97_000]], noise: 2bps }
    mark: mid # the price that margin is checked at

market:
  kind: book
  makers: { kind: ladder, depth: 5e6, floor: 1e6, recovery: 20s } # dollars of bids within one percent, and the least of them; half-life of a dent
  noise: { marketRate: 1, limitRate: 1, size: 2_000 } # small orders without a view, each a second

traders: # longs and shorts of equal notional
  - { name: longs, count: 300, side: long, notional: 30e6, size: { kind: pareto, alpha: 1.3, cap: 1e6 }, leverage: { kind: lognormal, median: 10, sigma: 0.6, min: 2, max: 25 } }
  - { name: shorts, count: 300, side: short, notional: 30e6, size: { kind: pareto, alpha: 1.3, cap: 1e6 }, leverage: 3 }

margin:
  venue: generic # see \`marginfall venues\`
  threshold: 1 # liquidated when equity falls below this multiple of maintenance
  maintenance: 1% # a rate, tiers, or a formula such as "max(0.5%, 2% * sqrt(notional / 1e9))"
  initial: 2%

liquidation:
  capacity: 50 # orders a second
  backstop: off
`;
