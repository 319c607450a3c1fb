import {expect, test} from 'vitest'
import type {InfoHash} from '#model/torrent-key.ts'
import {OpenStarts} from './open-starts.ts'

const [one, two] = ['1', '2'].map((digit) => digit.repeat(40) as InfoHash) as [InfoHash, InfoHash]

/** Two torrents whose start is sent, and not answered yet. */
function sent() {
  const starts = new OpenStarts({monotonic: () => 0})
  const row = (hash: InfoHash, status: number) => ({
    hash_string: hash,
    status,
    error: 0,
    seconds_downloading: 0,
    seconds_seeding: 0,
  })
  const {promise, resolve, reject} = Promise.withResolvers<void>()
  const before = new Map([one, two].map((hash) => [hash, row(hash, 0)]))
  const answered = starts.send('torrent_start', before, () => promise)
  const lost = () => {
    for (const hash of [one, two]) starts.saw(row(hash, 0))
    return [...starts.takeLost().values()].flat()
  }
  return {starts, answered, resolve, reject, lost}
}

test('a start that was answered and is shown stopped is sent again', async () => {
  const {answered, resolve, lost} = sent()
  resolve()
  await answered
  expect(lost()).toEqual([one, two])
})

test('what is to stop before its start was answered is not started again', async () => {
  const {starts, answered, resolve, lost} = sent()
  starts.forget([one])
  resolve()
  await answered
  expect(lost()).toEqual([two])
})

test('what is to stop after its start was answered is not started again', async () => {
  const {starts, answered, resolve, lost} = sent()
  resolve()
  await answered
  starts.forget([two])
  expect(lost()).toEqual([one])
})

test('a start that the daemon refused is not open', async () => {
  const {answered, reject, lost} = sent()
  reject(new Error('no'))
  await expect(answered).rejects.toThrow('no')
  expect(lost()).toEqual([])
})
