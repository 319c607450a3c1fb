import {mkdtempSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {expect, test} from 'vitest'
import {readArguments, usage} from './arguments.ts'

test('nothing asked means: serve what is found', () => {
  expect(readArguments([], {})).toMatchObject({
    command: 'serve',
    options: {demo: false, observe: false, config: undefined, port: undefined},
  })
  expect(readArguments(['--observe'], {})).toMatchObject({command: 'serve', options: {observe: true}})
  expect(readArguments(['--fresh'], {})).toMatchObject({command: 'serve', options: {fresh: true}})
})

test('a replay is of all rules and a month, or as said', () => {
  expect(readArguments(['replay'], {})).toMatchObject({command: 'replay', rule: undefined, days: 30})
  expect(readArguments(['replay', 'radarr.seeded', '--days', '365'], {})).toMatchObject({
    command: 'replay',
    rule: 'radarr.seeded',
    days: 365,
  })
})

test('the command line wins over the environment', () => {
  const env = {
    COMMODARR_CONFIG: '/env.toml',
    COMMODARR_DATA: '/env',
    COMMODARR_HOST: '::1',
    COMMODARR_PORT: '1',
  }
  expect(readArguments([], env)).toMatchObject({
    options: {config: '/env.toml', data: '/env', host: '::1', port: 1},
  })
  const args = ['--config', 'a.toml', '--data', 'd', '--host', '127.0.0.1', '--port', '0']
  expect(readArguments(args, env)).toMatchObject({
    options: {config: 'a.toml', data: 'd', host: '127.0.0.1', port: 0},
  })
})

/** What npm 10 and 11 make of `npm start --observe --config=a.toml`. */
const npm = (flags: Readonly<Record<string, string>>) => ({
  npm_lifecycle_event: 'start',
  npm_config_user_agent: 'npm/11.0.0 node/v20.11.0 linux x64 workspaces/false',
  ...Object.fromEntries(Object.entries(flags).map(([name, value]) => [`npm_config_${name}`, value])),
})

test('flags that npm kept for itself, without the second --, hold anyway', () => {
  expect(readArguments([], npm({observe: 'true'}))).toMatchObject({
    command: 'serve',
    options: {observe: true},
  })
  expect(readArguments([], npm({demo: 'true', port: '7000', host: '::1'}))).toMatchObject({
    options: {demo: true, port: 7000, host: '::1'},
  })
  const given = npm({config: 'a.toml', data: 'd', observe: '', fresh: 'true'})
  expect(readArguments([], given)).toMatchObject({
    options: {config: 'a.toml', data: 'd', observe: false, fresh: true},
  })
  expect(readArguments(['migrate'], npm({to: 'b.db'}))).toMatchObject({command: 'migrate', to: 'b.db'})
  expect(readArguments(['replay'], npm({days: '7'}))).toMatchObject({command: 'replay', days: 7})
})

test('what stands behind the second -- wins over what npm kept', () => {
  const env = {...npm({config: 'a.toml', port: '1'}), COMMODARR_PORT: '2'}
  expect(readArguments(['--config', 'b.toml'], env)).toMatchObject({options: {config: 'b.toml', port: 1}})
})

test('what other scripts and settings of npm say is no flag of a start', () => {
  expect(readArguments([], {npm_config_observe: 'true', npm_lifecycle_event: 'test'})).toMatchObject({
    options: {observe: false},
  })
  // Whatever npm has of its own, also in its files, is nothing that a person says to us.
  const own = npm({
    force: 'true',
    loglevel: 'silent',
    node_gyp: '/gyp',
    npm_version: '11.0.0',
    yes: '',
    dry_run: '',
  })
  expect(readArguments([], own)).toMatchObject({command: 'serve'})
  // Of images, and of yarn and pnpm, which hand flags on as they are.
  expect(readArguments([], npm({build_from_source: 'true', python: '/py'}))).toMatchObject({command: 'serve'})
  const others = npm({user_agent: 'pnpm/10.1.0', verify_deps_before_run: '', frozen_lockfile: 'true'})
  expect(readArguments(['--observe'], others)).toMatchObject({command: 'serve', options: {observe: true}})
  expect(readArguments(['migrate', '--to', 'b', '--force'], own)).toMatchObject({force: true})
})

test('settings in a file of npm, which it hands on like flags, are none', () => {
  const folder = mkdtempSync(join(tmpdir(), 'commodarr-npmrc-'))
  try {
    const file = join(folder, 'npmrc')
    writeFileSync(file, '; of somebody\nelectron-mirror = https://mirror\nobserver[] = a\n')
    const flags = npm({userconfig: file, electron_mirror: 'https://mirror', observer: 'a'})
    expect(readArguments([], flags)).toMatchObject({command: 'serve', options: {observe: false}})
    expect(readArguments([], npm({userconfig: join(folder, 'none'), electron_mirror: 'x'}))).toMatchObject({
      command: 'wrong',
    })
  } finally {
    rmSync(folder, {recursive: true, force: true})
  }
})

test('every option is honoured or refused when npm keeps it', () => {
  for (const option of usage.matchAll(/^ {2}--(\w+)(?: ([A-Z]+))? {2,}/gm)) {
    const [, name, value] = option
    const given = readArguments([`--${name}`, ...(value === undefined ? [] : ['1'])], {})
    expect(readArguments([], npm({[name!]: value === undefined ? 'true' : '1'}))).toEqual(given)
  }
})

test('paths are meant from where a person stands, not from where npm starts us', () => {
  const env = {...npm({data: 'd'}), INIT_CWD: '/home/ada'}
  expect(readArguments(['--config', '../c.toml'], env)).toMatchObject({
    options: {config: '/home/c.toml', data: '/home/ada/d'},
  })
  expect(readArguments(['--config', '/etc/c.toml'], env)).toMatchObject({options: {config: '/etc/c.toml'}})
  expect(readArguments(['backup', 'b.db'], env)).toMatchObject({file: '/home/ada/b.db'})
  expect(readArguments(['restore', 'b.db'], env)).toMatchObject({file: '/home/ada/b.db'})
  expect(readArguments(['migrate', '--to', 'b.db'], env)).toMatchObject({to: '/home/ada/b.db'})
  const address = 'postgres://u@h/d'
  expect(readArguments(['migrate', '--to', address], env)).toMatchObject({to: address})
  // Places of the environment are those of whoever runs the service.
  expect(readArguments([], {...npm({}), INIT_CWD: '/x', COMMODARR_DATA: 'd'})).toMatchObject({
    options: {data: 'd'},
  })
})

test.each([
  [[], npm({config: 'true'}), 'Write: npm start -- --config'],
  [[], npm({port: 'true'}), 'Write: npm start -- --port'],
  [[], npm({port: 'x'}), '--port is "x"'],
  [['backup'], npm({observe: 'true'}), '--observe belongs to a start'],
  [[], npm({obsreve: 'true'}), 'npm start -- --observe'],
  [[], npm({observ: 'true'}), 'npm start -- --observe'],
  [[], npm({observer: 'true'}), 'npm start -- --observe'],
  [[], npm({dry_run: 'true'}), 'npm start -- --observe'],
  [[], npm({read_only: 'true'}), 'npm start -- --observe'],
  [[], npm({observe: 'no'}), 'npm took "no" for the value of --observe. Write: npm start -- --observe'],
  [['replay', '7'], npm({all: 'true', yes: 'true', loglevel: 'silent'}), 'npm start -- replay --days'],
  [['7000'], npm({port: 'true'}), 'Write: npm start -- --port'],
  [['migrate'], npm({token_description: 'b.db'}), 'Write: npm start -- migrate --to'],
  [[], npm({dmeo: 'true'}), 'npm kept --dmeo for itself. Was it meant to be: npm start -- --demo?'],
  [[], npm({prot: '7000'}), 'npm start -- --port'],
  [[], npm({freesh: 'true'}), 'npm start -- --fresh'],
  [[], npm({no_such_thing: 'true'}), 'npm kept --no-such-thing for itself. Commodarr has no such option'],
  // Of `npm start --no-log-in`.
  [[], npm({log_in: ''}), 'npm kept --no-log-in for itself. Commodarr has no such option'],
  [
    ['migrate', '--to', 'b'],
    npm({force: 'true'}),
    'npm kept --force for itself. Write: npm start -- migrate',
  ],
  [['--port', 'x'], {}, '--port is "x"'],
  [['--port', '65536'], {}, '--port is "65536"'],
  [[], {COMMODARR_PORT: '-1'}, 'COMMODARR_PORT is "-1"'],
  [['--nonsense'], {}, '--nonsense'],
  [['start'], {}, '"start" is not a command. There are "check-config", "backup"'],
  [['constructor'], {}, '"constructor" is not a command'],
  [['check-config', 'x'], {}, '"check-config" takes nothing more'],
  [['backup', 'a', 'b'], {}, '"backup" takes one file, or none'],
  [['restore'], {}, '"restore" takes one file'],
  [['restore', 'a', '--force'], {}, 'belong to "migrate"'],
  [['migrate'], {}, '"migrate" needs --to'],
  [['migrate', '--to', ''], {}, '"migrate" needs --to'],
  [['migrate', 'x', '--to', 'y'], {}, '"migrate" takes only options'],
  [['--to', 'y'], {}, 'belong to "migrate"'],
  [['reset-password'], {}, '"reset-password" takes the name of a user'],
  [['rotate-key', 'x'], {}, '"rotate-key" takes nothing more'],
  [['check-config', '--observe'], {}, '--observe belongs to a start'],
  [['backup', '--fresh'], {}, '--fresh belongs to a start'],
  [['--connect'], {}, 'belong to "check-config"'],
  [[], npm({connect: 'true'}), 'belong to "check-config"'],
  [['backup', '--from-qbitrr'], {}, 'belong to "check-config"'],
  [['replay', 'a', 'b'], {}, '"replay" takes the id of one rule, or nothing'],
  [['replay', '--days', '0'], {}, '--days is "0"'],
  [['replay', '--days', '1.5'], {}, '--days is "1.5"'],
  [['backup', '--days', '3'], {}, '--days belongs to "replay"'],
])('%j with %j is refused with a sentence that names it', (args, env, text) => {
  const asked = readArguments(args, env)
  expect(asked.command).toBe('wrong')
  expect(asked).toHaveProperty('message', expect.stringContaining(text))
})

test('check-config may ask what is on, and may be given a file of qBitrr', () => {
  expect(readArguments(['check-config'], {})).toMatchObject({options: {connect: false, fromQbitrr: false}})
  const both = {command: 'check-config', options: {connect: true, fromQbitrr: true}}
  expect(readArguments(['check-config', '--connect', '--from-qbitrr'], {})).toMatchObject(both)
  expect(readArguments(['check-config'], npm({connect: 'true', from_qbitrr: 'true'}))).toMatchObject(both)
})

test('check-config, help and version are commands', () => {
  expect(readArguments(['check-config', '--config', 'x'], {})).toMatchObject({
    command: 'check-config',
    options: {config: 'x'},
  })
  expect(readArguments(['--help'], {}).command).toBe('help')
  expect(readArguments(['-v'], {}).command).toBe('version')
})

test.each([
  [['backup'], {command: 'backup', file: undefined}],
  [['backup', 'a.db'], {command: 'backup', file: 'a.db'}],
  [['restore', 'a.db'], {command: 'restore', file: 'a.db'}],
  [['migrate', '--to', 'a.db'], {command: 'migrate', to: 'a.db', force: false}],
  [['migrate', '--force', '--to', 'postgres://h/d'], {command: 'migrate', to: 'postgres://h/d', force: true}],
  [['reset-password', 'Ada Lovelace'], {command: 'reset-password', name: 'Ada Lovelace'}],
  [['rotate-key'], {command: 'rotate-key'}],
])('%j is understood, with the places of the environment', (args, asked) => {
  const env = {COMMODARR_CONFIG: 'c.toml', COMMODARR_DATA: 'd'}
  expect(readArguments(args, env)).toEqual({...asked, options: {config: 'c.toml', data: 'd'}})
  expect(usage).toContain(`npm start -- ${args[0]!}`)
})
