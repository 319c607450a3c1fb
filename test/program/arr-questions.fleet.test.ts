/**
 * What Arrs are asked while nothing happens: the whole program in virtual time, a Radarr and a Sonarr that are well and
 * whose queues are empty. A busy one is in `healing.fleet.test.ts`.
 */
import {afterEach, expect, test} from 'vitest'
import type {InstanceConfig} from '#lab/arrs/config.ts'
import {some} from '#test/proof.ts'
import {ActingHarness} from './acting-harness.fixture.ts'
import {radarrSection} from './radarr-films.fixture.ts'

const HOUR = 3_600

const sectionsWith = (settings: string) => `
${radarrSection}
${settings}
[Sonarr-Series]
Managed = true
Category = "series"
URI = "http://sonarr"
APIKey = "KEY-sonarr"
${settings}
`

/** All of it is there, so that nothing is searched for. */
const arrs: readonly InstanceConfig[] = [
  {
    name: 'radarr',
    app: 'radarr',
    downloadClients: [{name: 'qBit', category: 'films'}],
    library: Array.from({length: 200}, (_, at) => ({title: `Film ${at}`, year: 2020, hasFile: true})),
  },
  {
    name: 'sonarr',
    app: 'sonarr',
    downloadClients: [{name: 'qBit', category: 'series'}],
    library: Array.from({length: 40}, (_, at) => ({
      title: `Series ${at}`,
      units: Array.from({length: 5}, (_unit, number) => ({number: number + 1, have: true})),
    })),
  },
]

let harness: ActingHarness
afterEach(() => harness.stop())

/** The first has all that the others have. */
const ways = [
  [
    'its feeds offer something, and its log is asked once an hour what its download client refused',
    'RssSyncTimer = 15',
    {orders: 4, offered: 3, log: 1},
  ],
  [
    'beside it is told to look for new releases as often as its section says',
    'RssSyncTimer = 15',
    {orders: 4, offered: 0, log: 0},
  ],
  ['by itself nothing else is asked of it', 'RssSyncTimer = 0', {orders: 0, offered: 0, log: 0}],
] as const

test.each(some(1, ways))(
  'B.2 an idle Arr gets at most 15 requests an hour; %s',
  async (_, settings, {orders, offered, log}) => {
    harness = await ActingHarness.start({
      servers: [{name: 'qBit', kind: 'qbittorrent', version: '5.1.0'}],
      arrs,
      torrents: [],
      config: sectionsWith(settings),
      isExact: true,
    })
    for (const {name} of arrs) {
      for (let at = 0; at < offered; at++)
        harness.arr(name).arr.releases.define({itemId: 1, title: `Film.${at}-AAA`})
    }
    await harness.pass(HOUR / 2)
    for (let hour = 1; hour <= 3; hour++) {
      const before = harness.asked.length
      await harness.pass(HOUR)
      const asked = harness.asked.slice(before)
      for (const {name} of arrs) {
        const ofIt = asked.filter((it) => it.startsWith(`${name}: `))
        const questions = ofIt.filter((it) => it.startsWith(`${name}: GET `))
        const reported = `${name}, hour ${hour}: ${ofIt.join(', ')}`
        expect(ofIt.length, reported).toBeLessThanOrEqual(15)
        // It is looked at anyway: its queue and its history each quarter of an hour, its health and its categories each hour.
        expect(questions.length, reported).toBe(10 + log)
        expect(questions.filter((it) => it.includes('/log')).length, reported).toBe(log)
        expect(ofIt.length - questions.length, reported).toBe(orders)
      }
    }
  },
)
