import fc from 'fast-check'
import {describe, expect, test} from 'vitest'
import {sample} from './history.fixture.ts'
import {Ladder, merged, reopened} from './roll-up.ts'
import {beginOf, coarseSpans, endOf, seenIn, spans, type Sample, type Span} from './sample.ts'

const rate = fc.integer({min: 0, max: 10_000})
const volume = fc.integer({min: 0, max: 2 ** 40})
const figures = fc.record({
  online: fc.constantFrom(0, 1),
  down: rate,
  up: rate,
  downloaded: volume,
  uploaded: volume,
  torrents: rate,
  freeSpace: fc.option(volume),
  latencyMs: fc.option(rate),
})

/** Steps from a sample to the next, in slots: mostly the next one, sometimes a gap of any length. */
const step = fc.oneof(
  {weight: 12, arbitrary: fc.constant(1)},
  {weight: 3, arbitrary: fc.integer({min: 2, max: 12})},
  {weight: 1, arbitrary: fc.integer({min: 300, max: 20_000})},
)

/** A life of a server, as measured every ten seconds; what is not known is 0. */
const lives = fc
  .tuple(fc.integer({min: 0, max: 20_000}), fc.array(fc.tuple(step, figures), {minLength: 1, maxLength: 120}))
  .map(([start, steps]) => {
    let slot = start
    return steps.map(([ahead, {online, down, up, ...rest}]): Sample => {
      slot += ahead
      const [downSpeed, upSpeed] = online === 1 ? [down, up] : [0, 0]
      return {
        ...sample(slot * 10_000),
        ...rest,
        online,
        downSpeed,
        upSpeed,
        downSpeedMax: downSpeed,
        upSpeedMax: upSpeed,
        ...(online === 0 && {downloaded: 0, uploaded: 0, latencyMs: null}),
      }
    })
  })

function rolledUp(life: readonly Sample[]): Sample[] {
  const ladder = new Ladder()
  return [...life.flatMap((it) => ladder.add(it)), ...ladder.close()]
}

const ofSpan = (all: readonly Sample[], span: Span) => all.filter((it) => it.span === span)
const sum = (all: readonly Sample[], of: (it: Sample) => number) =>
  all.reduce((total, it) => total + of(it), 0)

/** The spans of a life counted again from its measurements, one by one. */
function expected(life: readonly Sample[], span: Span): Sample[] {
  const groups = Map.groupBy(life, ({at}) => beginOf(at, span))
  return [...groups].map(([at, group]) => {
    const seen = group.filter(({online}) => online === 1)
    const last = group.at(-1)!
    const mean = (of: (it: Sample) => number) => (seen.length === 0 ? 0 : sum(seen, of) / seen.length)
    return {
      serverId: last.serverId,
      span,
      at,
      count: group.length,
      online: seen.length / group.length,
      downSpeed: mean((it) => it.downSpeed),
      upSpeed: mean((it) => it.upSpeed),
      downSpeedMax: Math.max(...group.map((it) => it.downSpeed)),
      upSpeedMax: Math.max(...group.map((it) => it.upSpeed)),
      downloaded: sum(group, (it) => it.downloaded),
      uploaded: sum(group, (it) => it.uploaded),
      torrents: last.torrents,
      downloading: 1,
      seeding: 1,
      failing: 1,
      freeSpace: group.findLast(({freeSpace}) => freeSpace !== null)?.freeSpace ?? null,
      latencyMs: null,
    }
  })
}

/** Means are floats, and latencies are told apart below. */
function rounded(all: readonly Sample[]): Sample[] {
  return all.map((it) => ({
    ...it,
    latencyMs: null,
    downSpeed: round(it.downSpeed),
    upSpeed: round(it.upSpeed),
    online: round(it.online),
  }))
}
const round = (value: number) => Math.round(value * 1e6) / 1e6

describe('for any life of a server', () => {
  test('every span has what was measured in it, and none is there in which nothing was', () => {
    fc.assert(
      fc.property(lives, (life) => {
        const all = rolledUp(life)
        for (const span of coarseSpans) {
          expect(rounded(ofSpan(all, span))).toEqual(rounded(expected(life, span)))
        }
      }),
    )
  })

  test('bytes and measurements add up exactly from span to span', () => {
    fc.assert(
      fc.property(lives, (life) => {
        const all = rolledUp(life)
        for (const figure of [
          (it: Sample) => it.downloaded,
          (it: Sample) => it.uploaded,
          (it: Sample) => it.count,
          seenIn,
        ]) {
          const totals = coarseSpans.map((span) => sum(ofSpan(all, span), figure))
          expect(totals).toEqual(totals.map(() => sum(life, figure)))
        }
      }),
    )
  })

  test('a mean lies between the least and the most of what was measured', () => {
    fc.assert(
      fc.property(lives, (life) => {
        for (const {at, span, latencyMs} of rolledUp(life)) {
          const inside = life.filter((it) => it.at >= at && it.at < at + span * 1_000)
          const known = inside.flatMap((it) => (it.latencyMs === null ? [] : [it.latencyMs]))
          if (latencyMs === null) expect(known).toEqual([])
          else {
            expect(latencyMs).toBeGreaterThanOrEqual(Math.min(...known) - 1e-6)
            expect(latencyMs).toBeLessThanOrEqual(Math.max(...known) + 1e-6)
          }
        }
      }),
    )
  })

  test('no span is ended twice, and none before its time', () => {
    fc.assert(
      fc.property(lives, (life) => {
        const ladder = new Ladder()
        const ended = life.flatMap((it) => {
          const now = ladder.add(it)
          for (const one of now) expect(endOf(one)).toBeLessThanOrEqual(it.at)
          return now
        })
        const places = [...ended, ...ladder.close()].map(({span, at}) => `${span} ${at}`)
        expect(new Set(places).size).toBe(places.length)
      }),
    )
  })

  test('what is open is shown as if it ended now, and goes on', () => {
    fc.assert(
      fc.property(lives, fc.nat(), (life, any) => {
        const cut = any % life.length
        const ladder = new Ladder()
        const before = life.slice(0, cut).flatMap((it) => ladder.add(it))
        expect([...before, ...ladder.soFar()]).toEqual(rolledUp(life.slice(0, cut)))
        const after = life.slice(cut).flatMap((it) => ladder.add(it))
        expect([...before, ...after, ...ladder.close()]).toEqual(rolledUp(life))
      }),
    )
  })

  test('a restart at any moment goes on as if nothing had happened', () => {
    fc.assert(
      fc.property(lives, fc.nat(), (life, any) => {
        const cut = any % life.length
        const ladder = new Ladder()
        const before = life.slice(0, cut)
        const ended = before.flatMap((it) => ladder.add(it))
        const kept = [before, ...coarseSpans.map((span) => ofSpan(ended, span))]
        const again = reopened(kept.map((some, at) => some.slice(-[6, 60, 24, 1][at]!)))
        const after = life.slice(cut).flatMap((it) => again.add(it))
        const all = [...ended, ...after, ...again.close()]
        expect(rounded(all)).toEqual(rounded(rolledUp(life)))
      }),
    )
  })
})

test('a day counts in UTC, and a sample on its border belongs to what begins', () => {
  const midnight = Date.UTC(2026, 2, 29)
  expect(spans.map((span) => beginOf(midnight, span))).toEqual(spans.map(() => midnight))
  expect(spans.map((span) => beginOf(midnight - 1, span))).toEqual(
    spans.map((span) => midnight - span * 1_000),
  )
})

test('more bytes than can be represented are the most that can', () => {
  const most = Number.MAX_SAFE_INTEGER
  expect(merged(sample(0, {downloaded: most}), sample(10_000, {downloaded: 5})).downloaded).toBe(most)
})

test('an hour of which only its first minute was kept goes on with that minute', () => {
  const minute = sample(0, {span: 60, count: 6, downloaded: 600})
  const ladder = reopened([[sample(0)], [minute], [], []])
  expect(ladder.add(sample(3_600_000))).toMatchObject([{span: 3_600, at: 0, downloaded: 600, count: 6}])
})
