/** With the real ffprobe, on files made on the spot. */
import {chmod, mkdtemp, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterAll, beforeAll, expect, test} from 'vitest'
import {systemClock} from '#lib/clock.ts'
import {Ffprobe} from './ffprobe.ts'

let folder: string
const missing: string[] = []
const probe = new Ffprobe({clock: systemClock, onMissing: (command) => missing.push(command)})
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'commodarr-ffprobe-lab-'))
})
afterAll(() => rm(folder, {recursive: true}))

async function probed(name: string, content: Uint8Array | string) {
  const path = join(folder, name)
  await writeFile(path, content)
  return probe.probe(path)
}

/** A tenth of a second of silence. */
function wav(): Buffer {
  const samples = 800
  const head = Buffer.alloc(44)
  head.write('RIFF', 0)
  head.writeUInt32LE(36 + samples * 2, 4)
  head.write('WAVEfmt ', 8)
  head.writeUInt32LE(16, 16)
  head.writeUInt16LE(1, 20)
  head.writeUInt16LE(1, 22)
  head.writeUInt32LE(8000, 24)
  head.writeUInt32LE(16_000, 28)
  head.writeUInt16LE(2, 32)
  head.writeUInt16LE(16, 34)
  head.write('data', 36)
  head.writeUInt32LE(samples * 2, 40)
  return Buffer.concat([head, Buffer.alloc(samples * 2)])
}

/** The first bytes of every Matroska file, and nothing of the rest. */
const matroskaHead = Buffer.from('1a45dfa301000000000000234286810142f7810142f2810442f38108428288', 'hex')

test('there is an ffprobe', async () => {
  expect(await probe.version()).toMatch(/^\d/)
  expect(missing).toEqual([])
})

test('a sound that is whole is valid, with its length', async () => {
  expect(await probed('silence.wav', wav())).toEqual({
    verdict: 'valid',
    format: 'wav',
    duration: 0.1,
    streams: [{type: 'audio', codec: 'pcm_s16le', channels: 1}],
  })
})

test('names that look like options or addresses are files', async () => {
  for (const name of ['-i.wav', 'http:..x.wav', 'a%03d.wav', 'concat:a|b.wav', "it's $(x) é.wav"]) {
    expect(await probed(name, wav()), name).toMatchObject({verdict: 'valid'})
  }
})

test.each([
  ['cut.mkv', matroskaHead],
  ['noise.mkv', Buffer.from([...Array(5000).keys()].map((i) => (i * 7919) % 251))],
  ['empty.mkv', ''],
  ['head.mp4', Buffer.from('00000018667479706d703432000000006d70343269736f6d', 'hex')],
])('%s is unreadable', async (name, content) => {
  expect(await probed(name, content)).toMatchObject({verdict: 'unreadable'})
})

test('a playlist does not lead ffprobe to other places', async () => {
  const list = '#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nhttp://127.0.0.1:9/secret.ts\n#EXT-X-ENDLIST\n'
  expect(await probed('list.m3u8', list)).not.toMatchObject({verdict: 'valid'})
})

test('text is no media', async () => {
  expect(await probed('readme.txt', 'Read me.\n')).toMatchObject({verdict: 'notMedia'})
})

test('a program that hangs, talks without end or cannot be run ends as unknown or skipped', async () => {
  const path = join(folder, 'file.wav')
  await writeFile(path, wav())
  const program = async (name: string, script: string) => {
    const command = join(folder, name)
    await writeFile(command, `#!/bin/sh\n${script}\n`)
    await chmod(command, 0o755)
    return new Ffprobe({clock: systemClock, command, timeoutMs: 300, onMissing: (name) => missing.push(name)})
  }
  expect(await (await program('hangs', 'exec sleep 60')).probe(path)).toMatchObject({reason: 'timeOut'})
  const talks = await program('talks', 'exec yes')
  expect(await talks.probe(path)).toMatchObject({verdict: 'unknown'})
  const gone = new Ffprobe({
    clock: systemClock,
    command: '/nowhere/ffprobe',
    onMissing: (it) => missing.push(it),
  })
  expect(await gone.probe(path)).toMatchObject({verdict: 'skipped'})
  expect(missing).toEqual(['/nowhere/ffprobe'])
})

test('who gives up ends the program', async () => {
  const command = join(folder, 'sleeps')
  await writeFile(command, '#!/bin/sh\nexec sleep 60\n')
  await chmod(command, 0o755)
  const path = join(folder, 'waited-for.wav')
  await writeFile(path, wav())
  const slow = new Ffprobe({clock: systemClock, command, onMissing: () => {}})
  await expect(slow.probe(path, AbortSignal.timeout(100))).rejects.toMatchObject({name: 'TimeoutError'})
})
