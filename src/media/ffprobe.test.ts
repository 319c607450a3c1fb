import {mkdtemp, rm, symlink, utimes, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterAll, beforeAll, expect, test} from 'vitest'
import {VirtualClock} from '#test/doubles/virtual-clock.ts'
import {Ffprobe, type ProbeRun, type RunProgram} from './ffprobe.ts'

const audio =
  '{"streams": [{"codec_type": "audio", "codec_name": "flac"}], "format": {"format_name": "flac"}}'
let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'commodarr-ffprobe-'))
})
afterAll(() => rm(folder, {recursive: true}))

async function file(name: string, content = 'x'): Promise<string> {
  const path = join(folder, name)
  await writeFile(path, content)
  return path
}

function rig(
  answer: (call: number) => Partial<ProbeRun> | Promise<Partial<ProbeRun>> = () => ({stdout: audio}),
) {
  const clock = new VirtualClock()
  const calls: (readonly string[])[] = []
  const missing: string[] = []
  const run: RunProgram = async (_command, args) => {
    calls.push(args)
    return {code: 0, stdout: '', stderr: '', ended: null, ...(await answer(calls.length))}
  }
  const probe = new Ffprobe({clock, run, onMissing: (command) => missing.push(command)})
  return {clock, calls, missing, probe}
}

function absent(): never {
  throw Object.assign(new Error('spawn ffprobe ENOENT'), {code: 'ENOENT'})
}

test('a verdict is kept until size or time of the file change', async () => {
  const {calls, probe} = rig()
  const path = await file('kept.flac')
  expect(await probe.probe(path)).toMatchObject({verdict: 'valid'})
  await probe.probe(path)
  expect(calls.length).toBe(1)
  await file('kept.flac', 'longer')
  await probe.probe(path)
  expect(calls.length).toBe(2)
  await utimes(path, 1, 1)
  await probe.probe(path)
  expect(calls.length).toBe(3)
})

test('ffprobe is asked for the file as a file, and may open nothing else', async () => {
  const {calls, probe} = rig()
  const path = await file('-i http:x.flac')
  await probe.probe(path)
  expect(calls[0]!.slice(-2)).toEqual(['-i', `file:${path}`])
  expect(calls[0]!.join(' ')).toContain('-protocol_whitelist file -show_streams -show_format -of json')
})

test('without ffprobe files are skipped, which is reported once, and it is looked for later', async () => {
  let isThere = false
  const {calls, clock, missing, probe} = rig(() => (isThere ? {stdout: audio} : absent()))
  const path = await file('skipped.flac')
  for (let i = 0; i < 3; i++) expect(await probe.probe(path)).toMatchObject({verdict: 'skipped'})
  expect([calls.length, missing]).toEqual([1, ['ffprobe']])
  await clock.advance(600_000)
  expect(await probe.probe(path)).toMatchObject({verdict: 'skipped'})
  expect([calls.length, missing.length]).toEqual([2, 1])
  isThere = true
  await clock.advance(600_000)
  expect(await probe.probe(path)).toMatchObject({verdict: 'valid'})
})

test('what could not be looked at is asked again', async () => {
  const {calls, probe} = rig((call) => (call === 1 ? {code: null, ended: 'timeOut'} : {stdout: audio}))
  const path = await file('slow.flac')
  expect(await probe.probe(path)).toMatchObject({verdict: 'unknown', reason: 'timeOut'})
  expect(await probe.probe(path)).toMatchObject({verdict: 'valid'})
  expect(calls.length).toBe(2)
})

test('a file that changes while it is read has no verdict', async () => {
  const path = await file('growing.flac')
  const {probe} = rig(async () => {
    await file('growing.flac', 'more and more')
    return {stdout: audio}
  })
  expect(await probe.probe(path)).toMatchObject({verdict: 'unknown', reason: 'changed'})
})

test('one probe runs at a time, and the same question is asked once', async () => {
  let [now, most] = [0, 0]
  const {calls, probe} = rig(async () => {
    most = Math.max(most, ++now)
    await new Promise((resolve) => setImmediate(resolve))
    now--
    return {stdout: audio}
  })
  const paths = await Promise.all(['a.flac', 'b.flac', 'c.flac'].map((name) => file(name)))
  await Promise.all([...paths, ...paths].map((path) => probe.probe(path)))
  expect([calls.length, most]).toEqual([3, 1])
})

test('links, folders and what is gone are unknown, and not opened', async () => {
  const {calls, probe} = rig()
  await symlink(await file('target.flac'), join(folder, 'link.flac'))
  for (const path of [join(folder, 'link.flac'), folder, join(folder, 'gone.flac')]) {
    expect(await probe.probe(path)).toMatchObject({verdict: 'unknown', reason: 'noFile'})
  }
  expect(calls).toEqual([])
  await expect(probe.probe('relative.flac')).rejects.toMatchObject({code: 'bad_argument'})
})

test('a caller who gives up gets that answer', async () => {
  const {probe} = rig()
  const path = await file('given-up.flac')
  await expect(probe.probe(path, AbortSignal.abort(new Error('enough')))).rejects.toThrow('enough')
})

test('the version is what ffprobe says, or nothing', async () => {
  const {probe} = rig(() => ({stdout: 'ffprobe version 5.1.9-0+deb12u1 Copyright (c) 2007-2026\n'}))
  expect(await probe.version()).toBe('5.1.9-0+deb12u1')
  expect(await rig(() => absent()).probe.version()).toBeNull()
})
