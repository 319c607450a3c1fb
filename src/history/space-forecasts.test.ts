import {expect, test} from 'vitest'
import {asServerId, type ServerId} from '#model/torrent-key.ts'
import {VirtualClock} from '#test/doubles/virtual-clock.ts'
import type {HistoryAnswer, History} from './history.ts'
import {SpaceForecasts} from './space-forecasts.ts'

type HistoryQuestion = Parameters<History['series']>[0]

const HOUR_MS = 3_600_000
const [nas, attic] = [asServerId('nas'), asServerId('attic')]

test('when a disk ends is reckoned from its history, again after ten minutes, and nothing waits for it', async () => {
  const clock = new VirtualClock()
  const asked: ServerId[] = []
  let perHour = 1
  let fault: Error | null = null
  const series = async ({serverIds, from, to}: HistoryQuestion): Promise<HistoryAnswer> => {
    asked.push(...serverIds)
    if (fault) throw fault
    const [serverId] = serverIds as [ServerId]
    const at = Array.from({length: Math.floor((to - from) / HOUR_MS)}, (_, hour) => from + hour * HOUR_MS)
    const freeSpace = at.map((_, hour) => (serverId === nas ? 400 - hour * perHour : 400))
    return {span: 3600, at, servers: [{serverId, values: {freeSpace}}], sum: {}, reporting: []}
  }
  const warned: string[] = []
  const forecasts = new SpaceForecasts({series}, () => [nas, attic], clock, {
    warn: (_, text) => void warned.push(text),
  })
  expect(forecasts.of(nas)).toBe(null)
  await clock.advance(0)
  expect(forecasts.of(nas)!.perDay).toBeCloseTo(24)
  expect(forecasts.of(attic)).toBe(null)
  perHour = 2
  await clock.advance(599_000)
  expect(forecasts.of(nas)!.perDay).toBeCloseTo(24)
  await clock.advance(1_000)
  forecasts.of(nas)
  await clock.advance(0)
  expect(forecasts.of(nas)!.perDay).toBeCloseTo(48)
  expect(asked).toHaveLength(4)
  fault = new Error('disk full')
  await clock.advance(600_000)
  forecasts.of(nas)
  await clock.advance(0)
  // What cannot be read is not known.
  expect([forecasts.of(nas), warned.length]).toEqual([null, 1])
})
