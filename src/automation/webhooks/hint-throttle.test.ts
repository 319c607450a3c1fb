import {expect, test} from 'vitest'
import {asArrId} from '#model/arr.ts'
import {Secret} from '#model/secret.ts'
import {VirtualClock} from '#test/doubles/virtual-clock.ts'
import {HintThrottle} from './hint-throttle.ts'

const [films, shows] = [asArrId('Radarr'), asArrId('Sonarr')]

function harness() {
  const clock = new VirtualClock()
  const reported: string[] = []
  const tokens = new Map([
    [films, new Secret('of-films')],
    [shows, new Secret('of-shows')],
  ])
  const throttle = new HintThrottle(
    clock,
    () => tokens,
    (id) => void reported.push(id),
  )
  return {clock, reported, tokens, throttle}
}

test('many calls are one word to the manager of the Arr whose token they show', async () => {
  const {clock, reported, throttle} = harness()
  for (let call = 0; call < 20; call++) expect(throttle.take('of-films')).toBe(true)
  expect(throttle.take('of-shows')).toBe(true)
  await clock.advance(200)
  expect(reported).toEqual([films, shows])
  throttle.take('of-films')
  await clock.advance(200)
  expect(reported).toEqual([films, shows, films])
})

test('a token of no Arr, or of one that went, reaches no one', async () => {
  const {clock, reported, tokens, throttle} = harness()
  for (const token of ['', 'of-', 'of-films ', 'OF-FILMS', 'x'.repeat(5_000)]) {
    expect(throttle.take(token)).toBe(false)
  }
  tokens.delete(films)
  expect(throttle.take('of-films')).toBe(false)
  await clock.advance(1_000)
  expect(reported).toEqual([])
})

test('nothing is passed on after the end', async () => {
  const {clock, reported, throttle} = harness()
  throttle.take('of-films')
  throttle.stop()
  await clock.advance(1_000)
  expect(reported).toEqual([])
})
