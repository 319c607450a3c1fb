import {expect, test} from 'vitest'
import {VirtualClock} from '#test/doubles/virtual-clock.ts'
import {ProbeProgram} from './probe-program.ts'

/** A machine on which these programs are there, by their command. */
function machine(...installed: string[]) {
  const there = new Set(installed)
  const clock = new VirtualClock()
  const [asked, missing, found]: [string[], string[], string[]] = [[], [], []]
  const program = new ProbeProgram(
    clock,
    (command) => missing.push(command),
    async (command) => {
      asked.push(command)
      if (!there.has(command)) throw Object.assign(new Error(`spawn ${command}`), {code: 'ENOENT'})
      return {code: 0, stdout: `ffprobe version of-${command}\n`, stderr: '', ended: null}
    },
  )
  program.onFound(() => found.push(program.view!.version!))
  return {there, clock, asked, missing, found, program}
}

test('it is not looked for before it is needed, and then it is said which it is', async () => {
  const {program, asked} = machine('ffprobe')
  expect(program.view).toBeNull()
  expect(await program.probe('/some/film.mkv')).toMatchObject({verdict: 'skipped'})
  await program.follow(null)
  expect(program.view).toEqual({command: 'ffprobe', version: 'of-ffprobe'})
  await program.follow(null)
  expect(asked).toEqual(['ffprobe'])
})

test('another path is another program, and the one before says nothing any more', async () => {
  const {program} = machine('ffprobe', '/opt/ffprobe')
  await program.follow(null)
  await program.follow('/opt/ffprobe')
  expect(program.view).toEqual({command: '/opt/ffprobe', version: 'of-/opt/ffprobe'})
  await program.follow('/nowhere/ffprobe')
  expect(program.view).toEqual({command: '/nowhere/ffprobe', version: null})
})

test('one that is installed later is found, and reported once', async () => {
  const {program, clock, there, missing, found, asked} = machine()
  await program.follow(null)
  expect([program.view!.version, missing]).toEqual([null, ['ffprobe']])
  await clock.advance(3_600_000)
  expect([asked.length, found]).toEqual([2, []])
  there.add('ffprobe')
  await clock.advance(3_600_000)
  expect(found).toEqual(['of-ffprobe'])
  await clock.advance(10 * 3_600_000)
  expect(asked.length).toBe(3)
})

test('one that is found while all ends is not reported, and not looked for again', async () => {
  const {program, clock, there, found, asked} = machine()
  await program.follow(null)
  const looked = clock.advance(3_600_000)
  there.add('ffprobe')
  program.stop()
  await looked
  const before = asked.length
  await clock.advance(10 * 3_600_000)
  expect([asked.length - before, found]).toEqual([0, []])
  // Also one that is asked for the first time right then.
  const late = machine()
  const following = late.program.follow(null)
  late.program.stop()
  await following
  await late.clock.advance(10 * 3_600_000)
  expect(late.asked.length).toBe(1)
})

test('after the end nothing is looked for', async () => {
  const {program, clock, asked} = machine()
  await program.follow(null)
  program.stop()
  await clock.advance(10 * 3_600_000)
  expect(asked.length).toBe(1)
})
