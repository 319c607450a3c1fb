import {existsSync, mkdirSync, mkdtempSync, readFileSync, statSync, symlinkSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {expect, test} from 'vitest'
import {loadConfig} from '#config/load.ts'
import {watchConfig} from '#config/watch.ts'
import {VirtualClock} from '#test/doubles/virtual-clock.ts'
import {createLog} from './log.ts'

function scene() {
  const folder = join(mkdtempSync(join(tmpdir(), 'commodarr-log-')), 'logs')
  const lines: string[] = []
  return {folder, file: join(folder, 'commodarr.log'), lines, write: (line: string) => void lines.push(line)}
}

test('a person gets one plain line, the file all that belongs to it, for no one else to read', () => {
  const {folder, file, lines, write} = scene()
  createLog(folder, 'debug', write).warn({server: 'qBit', status: 'banned'}, 'banned')
  expect(lines).toEqual([expect.stringMatching(/^\d\d:\d\d:\d\d ! qBit: banned\n$/)])
  expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({
    server: 'qBit',
    status: 'banned',
    msg: 'banned',
  })
  expect(statSync(file).mode & 0o777).toBe(0o600)
})

test('people read the name of a server that a user added, the file has its id as well', () => {
  const {folder, file, lines, write} = scene()
  createLog(folder, 'debug', write).info({server: 's_0123456789', name: 'Attic'}, 'online')
  expect(lines).toEqual([expect.stringMatching(/^\d\d:\d\d:\d\d   Attic: online\n$/)])
  expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({server: 's_0123456789'})
})

test("a server's own words cannot draw at the terminal or start a line of their own", () => {
  const {lines, write} = scene()
  createLog(null, 'info', write).warn(
    {server: 'qBit'},
    'banned (\u001b[2J\r\n12:00:00   all is well\u009b1A)',
  )
  expect(lines).toEqual([expect.stringMatching(/^[^\0-\x09\x0b-\x1f\x7f-\x9f]*banned \( \[2J 12[^\n]*\n$/)])
})

test('an error is logged with its causes, and nothing of it twice', () => {
  const {lines, write} = scene()
  const log = createLog(null, 'info', write)
  const disk = new Error('ENOSPC')
  const full = new Error('The disk is full.', {cause: disk})
  log.warn({err: new Error('The disk is full.', {cause: full})}, 'not kept')
  disk.cause = full
  log.warn({err: full}, 'not kept')
  const said = expect.stringMatching(/ ! not kept \(The disk is full\.: ENOSPC\)\n$/)
  expect(lines).toEqual([said, said])
})

test('a log that cannot be opened costs one word at the terminal', () => {
  const {folder, file, lines, write} = scene()
  mkdirSync(file, {recursive: true})
  const log = createLog(folder, 'debug', write)
  for (let n = 0; n < 3; n++) log.debug({}, 'to the file alone')
  expect(lines).toEqual([expect.stringContaining('The log cannot be written')])
})

test.runIf(existsSync('/dev/full'))('a full disk costs lines, never the program', () => {
  const {folder, file, lines, write} = scene()
  mkdirSync(folder)
  symlinkSync('/dev/full', file)
  const log = createLog(folder, 'debug', write)
  for (let n = 0; n < 3; n++) log.debug({}, 'lost')
  expect(lines).toEqual([expect.stringContaining('ENOSPC')])
})

test('the terminal shows from the level that the configuration says, at once when that changes', () => {
  const lines: string[] = []
  const level: {at: 'DEBUG' | 'WARNING' | 'CRITICAL' | 'NOTICE'} = {at: 'WARNING'}
  const log = createLog(
    null,
    'debug',
    (line) => lines.push(line.trim().slice(9)),
    () => level.at,
  )
  log.info('one')
  log.warn('two')
  level.at = 'DEBUG'
  log.debug('three')
  level.at = 'NOTICE'
  log.debug('four')
  log.info('five')
  level.at = 'CRITICAL'
  log.error('six')
  log.fatal('seven')
  expect(lines.map((line) => line.replace(/^\W*/, ''))).toEqual(['two', 'three', 'five', 'seven'])
})

test('an edit of ConsoleLevel counts from the next line on, down to TRACE', async () => {
  const home = mkdtempSync(join(tmpdir(), 'commodarr-log-'))
  const file = join(home, 'config.toml')
  const say = (level: string) => writeFileSync(file, `[Settings]\nConsoleLevel = "${level}"\n`)
  const load = () => loadConfig({path: undefined, env: {}, cwd: home, root: home})
  say('INFO')
  const watch = watchConfig({loaded: await load(), load, clock: new VirtualClock(), onChange: () => {}})
  const lines: string[] = []
  const log = createLog(
    null,
    'trace',
    (line) => lines.push(line.trim().split(' ').at(-1)!),
    () => watch.inForce.config.settings.ConsoleLevel,
  )
  for (const level of ['INFO', 'DEBUG', 'TRACE', 'WARNING']) {
    say(level)
    await watch.check()
    for (const its of ['trace', 'debug', 'info', 'warn'] as const) log[its](`${level}:${its}`)
  }
  watch.close()
  expect(lines).toEqual([
    'INFO:info',
    'INFO:warn',
    'DEBUG:debug',
    'DEBUG:info',
    'DEBUG:warn',
    'TRACE:trace',
    'TRACE:debug',
    'TRACE:info',
    'TRACE:warn',
    'WARNING:warn',
  ])
})
