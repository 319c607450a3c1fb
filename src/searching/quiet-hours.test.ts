import {describe, expect, test} from 'vitest'
import {configOf} from '#config/config-text.fixture.ts'
import type {QuietHours} from '#config/schema/schema-arrs.ts'
import {quietUntil} from './quiet-hours.ts'

const at = (text: string) => Date.parse(text)

function section(hours: string): string {
  return `[Radarr-A]\nManaged = true\nURI = "http://r:7878"\nAPIKey = "k"\n[Radarr-A.EntrySearch]\nQuietHours = "${hours}"\n`
}

async function hoursOf(text: string): Promise<QuietHours | null> {
  const {config, findings} = await configOf(section(text))
  expect(findings.filter(({code}) => code === 'bad_value')).toEqual([])
  return config.arrs[0]!.EntrySearch.QuietHours
}

async function untilBy(text: string, ofPlace = 'UTC') {
  return quietUntil((await hoursOf(text))!, ofPlace)
}

describe('how quiet hours are written', () => {
  test.each<[string, QuietHours | null]>([
    ['', null],
    ['22:00-6:30', {spans: [{from: '22:00', to: '06:30'}], timeZone: null}],
    ['22:00 – 06:30', {spans: [{from: '22:00', to: '06:30'}], timeZone: null}],
    [
      '22:00-06:30, 12:00-13:15',
      {
        spans: [
          {from: '22:00', to: '06:30'},
          {from: '12:00', to: '13:15'},
        ],
        timeZone: null,
      },
    ],
    [
      '22:00-06:30,12:00-13:00 europe/berlin',
      {
        spans: [
          {from: '22:00', to: '06:30'},
          {from: '12:00', to: '13:00'},
        ],
        timeZone: 'Europe/Berlin',
      },
    ],
    ['01:00-02:00 UTC', {spans: [{from: '01:00', to: '02:00'}], timeZone: 'UTC'}],
  ])('%s', async (text, hours) => {
    expect(await hoursOf(text)).toEqual(hours)
  })

  test.each([
    '22:00',
    '24:00-01:00',
    '6-8',
    '06:00-6:00',
    'night',
    '22:00-06:30 12:00-13:00',
    '22:00-06:30,',
    '22:00-06:30 Moon',
    '22:00-06:30 Europe/Berlin, 12:00-13:00',
    'Europe/Berlin',
  ])('%s is refused, with what was found and what is accepted', async (hours) => {
    const {config, findings} = await configOf(section(hours))
    expect(config.arrs[0]!.EntrySearch.QuietHours).toBeNull()
    expect(findings.find(({key}) => key === 'EntrySearch.QuietHours')).toMatchObject({
      code: 'bad_value',
      section: 'Radarr-A',
      found: `"${hours}"`,
      accepted: expect.stringContaining('"22:00-06:30, 12:00-13:00 Europe/Berlin"'),
    })
  })
})

describe('when quiet hours end', () => {
  test('at their time of the place, also over midnight', async () => {
    const night = await untilBy('22:00-06:30', 'Europe/Berlin')
    expect(night(at('2026-01-10T20:59:59Z'))).toBeNull()
    expect(night(at('2026-01-10T21:00:30Z'))).toBe(at('2026-01-11T05:30:00Z'))
    expect(night(at('2026-01-11T05:29:59Z'))).toBe(at('2026-01-11T05:30:00Z'))
    expect(night(at('2026-01-11T05:30:00Z'))).toBeNull()
    const noon = await untilBy('11:00-13:00')
    expect([noon(at('2026-07-10T10:59:00Z')), noon(at('2026-07-10T11:00:00Z'))]).toEqual([
      null,
      at('2026-07-10T13:00:00Z'),
    ])
  })

  test('at the time zone that they name, wherever the program runs', async () => {
    const night = await untilBy('22:00-06:30 America/New_York', 'Asia/Tokyo')
    expect(night(at('2026-01-11T02:59:00Z'))).toBeNull()
    expect(night(at('2026-01-11T03:00:00Z'))).toBe(at('2026-01-11T11:30:00Z'))
  })

  test('one by one of several spans, and together where one goes on as another ends', async () => {
    const spans = await untilBy('12:00-13:00, 20:00-23:00, 22:30-0:00')
    expect(spans(at('2026-05-01T12:30:00Z'))).toBe(at('2026-05-01T13:00:00Z'))
    expect(spans(at('2026-05-01T13:00:00Z'))).toBeNull()
    expect(spans(at('2026-05-01T20:00:00Z'))).toBe(at('2026-05-02T00:00:00Z'))
    expect(spans(at('2026-05-02T00:00:00Z'))).toBeNull()
    const halves = await untilBy('20:00-02:00, 02:00-05:00')
    expect(halves(at('2026-05-01T21:00:00Z'))).toBe(at('2026-05-02T05:00:00Z'))
  })

  test('where clocks are set forward: what they skip is over when they skip it', async () => {
    // On 29 March 2026 clocks of Berlin go from 02:00 to 03:00, at 01:00 UTC.
    const night = await untilBy('22:00-06:30 Europe/Berlin')
    expect(night(at('2026-03-28T22:00:00Z'))).toBe(at('2026-03-29T04:30:00Z'))
    expect(night(at('2026-03-29T04:30:00Z'))).toBeNull()
    const early = await untilBy('01:00-02:30 Europe/Berlin')
    expect(early(at('2026-03-29T00:30:00Z'))).toBe(at('2026-03-29T01:00:00Z'))
    expect(early(at('2026-03-29T01:00:00Z'))).toBeNull()
    const skipped = await untilBy('02:10-02:40 Europe/Berlin')
    expect([at('2026-03-29T00:59:00Z'), at('2026-03-29T01:00:00Z')].map(skipped)).toEqual([null, null])
  })

  test('where clocks are set back: when they show the end for the last time', async () => {
    // On 25 October 2026 clocks of Berlin go from 03:00 to 02:00, at 01:00 UTC.
    const night = await untilBy('22:00-06:30 Europe/Berlin')
    expect(night(at('2026-10-24T20:00:00Z'))).toBe(at('2026-10-25T05:30:00Z'))
    const early = await untilBy('01:00-02:30 Europe/Berlin')
    for (const quiet of ['2026-10-24T23:00:00Z', '2026-10-25T00:45:00Z', '2026-10-25T01:29:00Z'])
      expect(early(at(quiet)), quiet).toBe(at('2026-10-25T01:30:00Z'))
    expect(early(at('2026-10-25T01:30:00Z'))).toBeNull()
  })

  test('over a year, minute by minute of the hours around each change, as clocks show them', async () => {
    const quiet = await untilBy('22:00-06:30, 12:00-12:45 Europe/Berlin')
    const wall = new Intl.DateTimeFormat('en-GB', {
      timeZone: 'Europe/Berlin',
      hour: '2-digit',
      minute: '2-digit',
      hourCycle: 'h23',
    })
    for (const start of ['2026-03-28T20:00:00Z', '2026-10-24T20:00:00Z', '2026-12-31T20:00:00Z'])
      for (let minute = 0; minute < 24 * 60; minute++) {
        const now = at(start) + minute * 60_000
        const time = wall.format(now)
        const isQuiet = time >= '22:00' || time < '06:30' || (time >= '12:00' && time < '12:45')
        expect(quiet(now) !== null, `${start} + ${minute}`).toBe(isQuiet)
      }
  })
})
