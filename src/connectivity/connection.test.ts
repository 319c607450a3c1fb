import fc from 'fast-check'
import {expect, test} from 'vitest'
import {
  newConnection,
  SETTLING_MS,
  stepConnection,
  type Connection,
  type HostsSaid,
  type PlaceSeen,
} from './connection.ts'

const lively: PlaceSeen = {
  tracked: 100,
  failing: 3,
  unreachable: 0,
  restTracked: 0,
  restFailing: 0,
  running: 80,
  alive: 40,
  isDisconnected: false,
  isPart: false,
}
const silent: PlaceSeen = {...lively, alive: 0}
const failing: PlaceSeen = {...lively, failing: 80}
const part: PlaceSeen = {...lively, tracked: 3, failing: 0, running: 3, isPart: true}
const wasLively: Connection = {...newConnection, alive: 40, isProven: true}

const after = (seen: PlaceSeen, hosts: HostsSaid, before: Connection = newConnection) =>
  stepConnection(before, seen, hosts, 1_000).state

for (const [what, seen, hosts, before, state] of [
  ['much is going on', lively, 'none', wasLively, 'well'],
  ['trackers of 80 % fail', failing, 'none', wasLively, 'down'],
  [
    'trackers of 80 % fail, and hosts answer: the server may have a tunnel',
    failing,
    'answered',
    wasLively,
    'down',
  ],
  ['trackers of 79 % fail', {...failing, failing: 79}, 'none', wasLively, 'well'],
  [
    'trackers of most that were told so far fail, and most were not told',
    {...lively, tracked: 39, failing: 39},
    'none',
    wasLively,
    'well',
  ],
  ['nothing is known of any tracker', {...lively, tracked: 0, failing: 0}, 'none', wasLively, 'well'],
  ['nobody has a peer, and hosts answer', silent, 'answered', wasLively, 'well'],
  ['nobody has a peer, and no host answers', silent, 'silent', newConnection, 'down'],
  ['nobody has a peer, and nothing runs', {...silent, running: 0}, 'silent', wasLively, 'well'],
  ['forty lost their peers at once, and there is nobody to ask', silent, 'none', wasLively, 'down'],
  ['four lost their peers, and there is nobody to ask', silent, 'none', {...wasLively, alive: 4}, 'well'],
  [
    'its servers say that they are not connected',
    {...silent, isDisconnected: true},
    'none',
    newConnection,
    'down',
  ],
  ['they say so, and hosts answer us', {...silent, isDisconnected: true}, 'answered', newConnection, 'down'],
  ['of one server three of three trackers fail', {...part, failing: 3}, 'none', wasLively, 'down'],
  [
    'of one server the trackers of two fail: they may be dead',
    {...part, tracked: 2, failing: 2},
    'none',
    wasLively,
    'well',
  ],
  [
    'of one server the tracker of one complains since the start: it answers',
    {...part, tracked: 1, failing: 1, running: 1, alive: 0},
    'none',
    newConnection,
    'well',
  ],
  [
    'of one server the tracker of one is out of reach since the start',
    {...part, tracked: 1, failing: 1, unreachable: 1, running: 1, alive: 0},
    'none',
    newConnection,
    'down',
  ],
  [
    'of one server the tracker of one fails, and peers were there',
    {...part, tracked: 1, failing: 1, running: 1},
    'none',
    wasLively,
    'well',
  ],
  [
    'the trackers of all five that run fail, and what forty heard before they were stopped was well',
    {...lively, tracked: 5, failing: 5, unreachable: 5, restTracked: 40, running: 5, alive: 0},
    'answered',
    wasLively,
    'down',
  ],
  [
    'of one server the trackers of all three that run fail, and forty that rest heard better',
    {...part, failing: 3, restTracked: 40},
    'answered',
    wasLively,
    'down',
  ],
  [
    'forty that rest heard nothing good before, and what runs is well',
    {...lively, tracked: 4, failing: 0, restTracked: 40, restFailing: 40, running: 4},
    'answered',
    wasLively,
    'well',
  ],
  [
    'the tracker of the one that runs is gone, and forty that rest heard better',
    {...lively, tracked: 1, failing: 1, unreachable: 1, restTracked: 40, running: 1, alive: 0},
    'answered',
    wasLively,
    'well',
  ],
  [
    'of one server one that runs reaches no tracker since the start: forty that rest heard better before it',
    {...part, tracked: 1, failing: 1, unreachable: 1, restTracked: 40, running: 1, alive: 0},
    'answered',
    newConnection,
    'down',
  ],
  ['one server has no peer, and no host answers', {...part, alive: 0}, 'silent', wasLively, 'well'],
  ['forty lost their peers at once on one server', {...part, alive: 0}, 'none', wasLively, 'well'],
  [
    'one server has no peer and says so',
    {...part, alive: 0, isDisconnected: true},
    'answered',
    wasLively,
    'down',
  ],
  ['they say so while bytes flow', {...lively, isDisconnected: true}, 'none', newConnection, 'well'],
] as const) {
  test(`B.13 ${what}: the connection is ${state}`, () => {
    expect(after(seen, hosts, before)).toBe(state)
  })
}

test('S25 what came back settles for ten minutes', () => {
  const down = stepConnection(newConnection, failing, 'none', 1_000)
  expect(stepConnection(down, failing, 'none', 5_000)).toEqual({...down, alive: 40})
  const back = stepConnection(down, lively, 'none', 6_000)
  expect(back).toEqual({state: 'settling', since: 6_000, alive: 40, isProven: true})
  expect(stepConnection(back, lively, 'none', 6_000 + SETTLING_MS - 1).state).toBe('settling')
  expect(stepConnection(back, lively, 'none', 6_000 + SETTLING_MS)).toEqual({...back, state: 'well'})
  expect(stepConnection(back, failing, 'none', 7_000).state).toBe('down')
})

test('S25 what was down stays so while all that report on their trackers fail, however few they are', () => {
  const fewer: PlaceSeen = {...part, tracked: 1, failing: 1, unreachable: 1, running: 1, alive: 0}
  const quiet: PlaceSeen = {...fewer, tracked: 0, failing: 0}
  const down = stepConnection(wasLively, {...part, failing: 3, alive: 0}, 'none', 1_000)
  expect(stepConnection(down, fewer, 'none', 2_000)).toEqual(down)
  const settling = stepConnection(down, quiet, 'none', 3_000)
  const well = stepConnection(settling, quiet, 'none', 3_000 + SETTLING_MS)
  expect([settling.state, well.state]).toEqual(['settling', 'well'])
  expect(stepConnection(well, fewer, 'none', 4_000 + SETTLING_MS).state).toBe('down')
  const proven = stepConnection(well, {...fewer, tracked: 2}, 'none', 4_000 + SETTLING_MS)
  expect(stepConnection(proven, fewer, 'none', 5_000 + SETTLING_MS).state).toBe('well')
})

test('S25 few trackers that are out of reach since the start are a doubt for a day, and then trackers that are gone', () => {
  const few: PlaceSeen = {...part, tracked: 2, failing: 2, unreachable: 2, running: 2, alive: 0}
  const DAY_MS = 86_400_000
  const down = stepConnection(newConnection, few, 'answered', 1_000)
  expect(stepConnection(down, few, 'answered', DAY_MS).state).toBe('down')
  const settling = stepConnection(down, few, 'answered', 1_000 + DAY_MS)
  const well = stepConnection(settling, few, 'answered', 1_000 + DAY_MS + SETTLING_MS)
  expect([settling.state, well.state]).toEqual(['settling', 'well'])
  expect(stepConnection(well, few, 'answered', 3 * DAY_MS).state).toBe('well')
})

test('S25 three that run with dead trackers are an outage for as long as they run, and a person ends it as limits.md says', () => {
  const dead: PlaceSeen = {...part, failing: 3, unreachable: 3, restTracked: 40, alive: 0}
  const MONTH_MS = 30 * 86_400_000
  const down = stepConnection(wasLively, dead, 'answered', 1_000)
  expect(stepConnection(down, dead, 'answered', MONTH_MS).state).toBe('down')
  const stopped: PlaceSeen = {...dead, tracked: 0, failing: 0, unreachable: 0, running: 0}
  for (const ended of [
    // They are stopped, so what rests tells, they among it.
    {...stopped, restTracked: 43, restFailing: 3},
    // They are removed.
    stopped,
    // One of those whose tracker works was started: for each four that fail one.
    {...dead, tracked: 4, running: 4},
  ]) {
    const settling = stepConnection(down, ended, 'answered', MONTH_MS)
    const well = stepConnection(settling, ended, 'answered', MONTH_MS + SETTLING_MS)
    expect([settling.state, well.state]).toEqual(['settling', 'well'])
  }
  const four: PlaceSeen = {...dead, tracked: 5, failing: 4, running: 5}
  expect(stepConnection(down, four, 'answered', MONTH_MS).state).toBe('down')
})

test('S25 it is well only ten minutes after the last fault, whatever happens', () => {
  const looks = fc.array(
    fc.record({
      seen: fc.constantFrom(lively, silent, failing, {...silent, isDisconnected: true}),
      hosts: fc.constantFrom<HostsSaid[]>('answered', 'silent', 'none'),
      passed: fc.integer({min: 1_000, max: 400_000}),
    }),
    {maxLength: 40},
  )
  /** How long after the last fault it was well again, at the soonest. */
  const soonest = (all: readonly {seen: PlaceSeen; hosts: HostsSaid; passed: number}[]): number => {
    let [connection, at, lastDown, least] = [newConnection, 0, Number.NEGATIVE_INFINITY, SETTLING_MS]
    for (const {seen, hosts, passed} of all) {
      at += passed
      connection = stepConnection(connection, seen, hosts, at)
      if (connection.state === 'down' || seen === failing) lastDown = at
      if (connection.state === 'well') least = Math.min(least, at - lastDown)
    }
    return least
  }
  expect(() => fc.assert(fc.property(looks, (all) => soonest(all) === SETTLING_MS))).not.toThrow()
})
