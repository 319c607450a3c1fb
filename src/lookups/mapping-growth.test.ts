import {appendFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {dirname, join} from 'node:path'
import {afterEach, beforeEach, expect, test} from 'vitest'
import {Patience} from '#disk/patience.ts'
import {systemClock} from '#lib/clock.ts'
import type {TorrentPatch} from '#model/torrent.ts'
import {keyText} from '#model/torrent-key.ts'
import {A, file, LookUpHarness, row} from './look-ups.fixture.ts'
import {MappingGrowth} from './mapping-growth.ts'

const MINUTE = 60_000
const MIB = 1024 * 1024
let root: string
let harness: LookUpHarness
let growth: MappingGrowth
let asked: string[]
let at: number

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'mapping-growth-'))
  harness = new LookUpHarness()
  asked = []
  at = 0
  growth = new MappingGrowth(
    harness.fleet,
    async (key) => {
      asked.push(keyText(key))
      const name = `f${Number(`0x${key.hash}`)}`
      return [file(0, `${name}/film.mkv`, {progress: 0.5}), file(1, `${name}/whole`, {progress: 1})]
    },
    new Patience(systemClock),
    harness.turns,
  )
})
afterEach(() => rmSync(root, {recursive: true, force: true}))

/** Downloads with so many MiB each. */
function downloads(mib: readonly number[], more: Partial<TorrentPatch> = {}): void {
  harness.list(
    A,
    mib.map((has, n) =>
      row(n, {
        contentPath: `/data/f${n}`,
        state: 'downloading',
        complete: false,
        size: 9_000 * MIB,
        completed: has * MIB,
        ...more,
      }),
    ),
  )
  harness.fleet.markServer(A, true)
}

function write(path: string, text = 'film'): void {
  mkdirSync(dirname(join(root, path)), {recursive: true})
  writeFileSync(join(root, path), text)
}

/** @returns what is known after a look so many minutes later */
async function look(minutes = 5): Promise<string> {
  at += minutes * MINUTE
  const mapping = {server: '/data', ours: root}
  await growth.look(A, mapping, [mapping], at)
  return growth.growth
}

test.each(['', '.!qB', '.part'])(
  'a download that grows on its disk too is seen to: film.mkv%s',
  async (ending) => {
    write(`f0/film.mkv${ending}`)
    downloads([10])
    expect(await look()).toBe('unseen')
    downloads([20])
    expect(await look()).toBe('unseen')
    appendFileSync(join(root, `f0/film.mkv${ending}`), 'more')
    downloads([27])
    expect(await look()).toBe('grew')
    // It is asked once, and for hours not again.
    expect([await look(), asked.length]).toEqual(['grew', 1])
  },
)

test('files that do not change while two downloads grow, one after the other, are a copy', async () => {
  write('f0/film.mkv')
  downloads([10])
  await look()
  downloads([50])
  // What was received just now may not be written yet.
  expect([await look(), await look(4)]).toEqual(['unseen', 'unseen'])
  expect(await look(1)).toBe('unseen')
  downloads([90])
  expect([await look(), await look()]).toEqual(['unseen', 'still'])
  // It ends with a file that changes.
  downloads([90])
  await look()
  write('f0/film.mkv', 'other')
  downloads([130])
  expect(await look()).toBe('grew')
})

test.each<[string, Partial<TorrentPatch>, string]>([
  ['not to be seen there', {}, 'f0/other.mkv'],
  ['in a folder for what is not complete', {incompletePath: '/temp'}, 'f0/film.mkv'],
  ['of a torrent that is stopped', {state: 'stopped'}, 'f0/film.mkv'],
  ['of a torrent that is elsewhere', {contentPath: '/other/f0'}, 'f0/film.mkv'],
])('files %s prove nothing', async (_what, more, path) => {
  write(path)
  for (const mib of [10, 50, 90, 130, 170]) {
    downloads([mib], more)
    expect([await look(), await look()]).toEqual(['unseen', 'unseen'])
  }
})

test('what is checked, moved or renamed meanwhile proves nothing', async () => {
  write('f0/film.mkv')
  downloads([10])
  await look()
  downloads([50], {state: 'checking'})
  await look()
  downloads([50])
  await look()
  rmSync(join(root, 'f0/film.mkv'))
  downloads([90])
  expect([await look(), await look()]).toEqual(['unseen', 'unseen'])
})

test('two downloads are followed at the same time, whatever else comes in', async () => {
  for (let n = 0; n < 5; n++) write(`f${n}/film.mkv`)
  downloads([1, 1, 1, 1, 1])
  await look()
  await look()
  expect(asked).toHaveLength(2)
})
