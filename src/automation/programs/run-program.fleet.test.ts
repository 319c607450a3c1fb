/** Real programs of this machine. */
import {mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {setTimeout as sleep} from 'node:timers/promises'
import {afterAll, expect, test} from 'vitest'
import {runProgram, type ProgramOrder} from './run-program.ts'

const folder = mkdtempSync(join(tmpdir(), 'commodarr-programs-'))
afterAll(() => rmSync(folder, {recursive: true, force: true}))

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

test('nothing of our own environment but where programs are is handed on', async () => {
  process.env['COMMODARR_SECRET'] = 'secret'
  const {output} = await runProgram(order('env; pwd', {environment: {COMMODARR_HASH: 'abc'}}))
  delete process.env['COMMODARR_SECRET']
  expect(output).toContain('COMMODARR_HASH=abc')
  expect(output).not.toContain('secret')
  expect(output.trim().split('\n').at(-1)).toBe('/')
})

test('how it ended is told, with what it said on both outputs, cut', async () => {
  expect(await runProgram(order('echo out; echo err >&2; exit 7'))).toMatchObject({
    code: 7,
    ended: null,
    output: expect.stringMatching(/out[^]*err|err[^]*out/),
  })
  const {code, output} = await runProgram(order('yes | head -c 1000000'))
  expect([code, output.length]).toEqual([0, 4_000])
})

test('one that takes too long is ended with all that it began', async () => {
  const left = join(folder, 'left')
  const run = await runProgram(order(`(sleep 4; touch ${left}) & sleep 60`, {timeoutMs: 200}))
  expect(run).toMatchObject({code: null, ended: 'timeOut'})
  await sleep(4_500)
  expect(() => readFileSync(left)).toThrow('ENOENT')
})

test('one that does not want to end is ended by force', async () => {
  const run = await runProgram(order('trap "" TERM; while :; do sleep 0.1; done', {timeoutMs: 200}))
  expect(run).toMatchObject({code: null, ended: 'timeOut'})
})

test('what it leaves behind is not waited for', async () => {
  expect(await runProgram(order('(sleep 30) & echo done'))).toEqual({code: 0, output: 'done\n', ended: null})
})

test('when we end, it ends', async () => {
  const stopping = new AbortController()
  const running = runProgram(order('sleep 60', {signal: stopping.signal}))
  await sleep(100)
  stopping.abort()
  expect(await running).toMatchObject({ended: 'stopped'})
})

test('what can not be started is told', async () => {
  const missing = {...order(''), path: join(folder, 'missing')}
  await expect(runProgram(missing)).rejects.toMatchObject({code: 'ENOENT'})
})
