/** Real programs of this machine. */
import {existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterAll, afterEach, expect, test, vi} from 'vitest'
import {runProgram, type ProgramRun, type RunProgram} from './run-program.ts'

type ProgramOrder = Parameters<RunProgram>[0]

const folder = mkdtempSync(join(tmpdir(), 'commodarr-programs-'))
afterAll(() => rmSync(folder, {recursive: true, force: true}))
afterEach(() => void vi.useRealTimers())

/** From now on our own waiting passes when the test says so. */
function holdTime(): void {
  vi.useFakeTimers({toFake: ['setTimeout', 'clearTimeout']})
}

/** A file that a script makes when it is under way. */
function sign(): {path: string; isThere: () => Promise<void>} {
  const path = join(folder, `sign-${scripts++}`)
  return {
    path,
    isThere: () => expect.poll(() => existsSync(path) && readFileSync(path, 'utf8')).toMatch(/\n/),
  }
}

/** One that ended may still wait for somebody to notice. */
function isRunning(pid: number): boolean {
  const status = `/proc/${pid}/status`
  return existsSync(status) && !/^State:\s+Z/m.test(readFileSync(status, 'utf8'))
}

let scripts = 0
function order(script: string, more: Partial<ProgramOrder> = {}): ProgramOrder {
  const path = join(folder, `script-${scripts++}`)
  writeFileSync(path, `#!/bin/sh\n${script}\n`, {mode: 0o755})
  const signal = new AbortController().signal
  return {path, arguments: [], environment: {}, timeoutMs: 60_000, signal, ...more}
}

test('arguments and variables are never read as commands', async () => {
  const evil = `$(touch ${join(folder, 'touched')}); \`id\` "'`
  const run = await runProgram(
    order('printf "%s|%s|%s" "$1" "$COMMODARR_NAME" "$#"', {
      arguments: [evil, ''],
      environment: {COMMODARR_NAME: evil},
    }),
  )
  expect(run).toEqual({code: 0, output: `${evil}|${evil}|2`, ended: null})
  expect(() => readFileSync(join(folder, 'touched'))).toThrow('ENOENT')
})

test('a program that may take a month is not ended at once', async () => {
  const run = await runProgram(order('sleep 0.1; echo done', {timeoutMs: 30 * 86_400_000}))
  expect(run).toEqual({code: 0, output: 'done\n', ended: null})
})

test('nothing of our own environment but where programs are is handed on', async () => {
  process.env['COMMODARR_SECRET'] = 'secret'
  const {output} = await runProgram(order('env; pwd', {environment: {COMMODARR_HASH: 'abc'}}))
  delete process.env['COMMODARR_SECRET']
  expect(output).toContain('COMMODARR_HASH=abc')
  expect(output).not.toContain('secret')
  expect(output.trim().split('\n').at(-1)).toBe('/')
})

test('how it ended is reported, with what it said on both outputs, cut', async () => {
  expect(await runProgram(order('echo out; echo err >&2; exit 7'))).toMatchObject({
    code: 7,
    ended: null,
    output: expect.stringMatching(/out[^]*err|err[^]*out/),
  })
  const {code, output} = await runProgram(order('yes | head -c 1000000'))
  expect([code, output.length]).toEqual([0, 4_000])
})

test('one that takes too long is ended with all that it began', async () => {
  holdTime()
  const begun = sign()
  const running = runProgram(order(`sleep 600 & echo $! >${begun.path}; sleep 600`, {timeoutMs: 200}))
  await begun.isThere()
  const child = Number(readFileSync(begun.path, 'utf8'))
  expect(isRunning(child)).toBe(true)
  vi.advanceTimersByTime(200)
  expect(await running).toMatchObject({code: null, ended: 'timeOut'})
  await expect.poll(() => isRunning(child)).toBe(false)
})

test('one that does not want to end is ended by force', async () => {
  holdTime()
  const begun = sign()
  const stubborn = `trap "" TERM; echo >${begun.path}; while :; do sleep 0.1; done`
  const running = runProgram(order(stubborn, {timeoutMs: 200}))
  await begun.isThere()
  // Asked to end at first, and two seconds later not asked any more.
  vi.advanceTimersByTime(2_200)
  expect(await running).toMatchObject({code: null, ended: 'timeOut'})
})

test('what it leaves behind is not waited for', async () => {
  holdTime()
  let run: ProgramRun | undefined
  void runProgram(order('(sleep 30) & echo done', {timeoutMs: 1e9})).then((it) => (run = it))
  const later = () => {
    vi.advanceTimersByTime(2_000)
    return run
  }
  await expect.poll(later).toEqual({code: 0, output: 'done\n', ended: null})
})

test('when we end, it ends', async () => {
  const stopping = new AbortController()
  const begun = sign()
  const running = runProgram(order(`echo >${begun.path}; sleep 60`, {signal: stopping.signal}))
  await begun.isThere()
  stopping.abort()
  expect(await running).toMatchObject({ended: 'stopped'})
})

test('what cannot be started is reported', async () => {
  const missing = {...order(''), path: join(folder, 'missing')}
  await expect(runProgram(missing)).rejects.toMatchObject({code: 'ENOENT'})
})
