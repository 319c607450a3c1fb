/**
 * From options to a running program and back: reads the configuration, composes, listens, follows edits of the file
 * (at once on SIGHUP), ends on SIGINT or SIGTERM.
 */
import {mkdtempSync, rmSync} from 'node:fs'
import {setImmediate as nextTurn} from 'node:timers/promises'
import {tmpdir} from 'node:os'
import {join, resolve} from 'node:path'
import type {Logger} from 'pino'
import type {Environment, LoadedConfig} from '#config/config.ts'
import {ConfigFile} from '#config/edit/config-file.ts'
import {fileArrs, fileSections, fileServers} from '#config/edit/write-back.ts'
import {usualWebUi} from '#config/load.ts'
import {changedKeys} from '#config/changed-keys.ts'
import type {Finding} from '#config/document/findings.ts'
import {diffServers, sameValue} from '#config/schema/diff-servers.ts'
import type {WebUi} from '#config/schema/schema.ts'
import {watchConfig, type ConfigWatch} from '#config/watch.ts'
import {reachesHost} from '#connectivity/reach-host.ts'
import type {Listener, Where} from '#http/listener.ts'
import {sleep, systemClock} from '#lib/clock.ts'
import {collect} from '#lib/collect.ts'
import {Lifecycle} from '#lib/lifecycle.ts'
import {CommodarrError} from '#model/errors.ts'
import type {ServerDefinition} from '#model/server.ts'
import {Store} from '#store/store.ts'
import type {StartOptions} from './cli/arguments.ts'
import {loadFor} from './place.ts'
import {composeApp, listenerFor, type App} from './compose.ts'
import {openMoveIn} from './compose-move-in.ts'
import {serversAtPrivateAddresses} from './compose-people.ts'
import {databaseUrl, openDatabase} from './database.ts'
import {createLog} from './log.ts'
import {parentNamed, Signals} from './signals.ts'
import {
  changeLine,
  findingLines,
  firstStepLines,
  headline,
  listenLines,
  localAccessLines,
  openToAnyoneLines,
  restingLines,
  sectionLines,
  serverLines,
  setUpLines,
} from './start-text.ts'

/** @returns the exit code, when the program ended */
export function serve(options: StartOptions): Promise<number> {
  // From the first moment on: who is stopped while still starting ends in order, too.
  const signals = new Signals(
    (signal, listener) => process.on(signal, listener),
    (code) => process.exit(code),
    process.stdin.isTTY,
    () => performance.now(),
    parentNamed(process.env['PARENT_OF_COMMODARR']),
  )
  // Programs that we start have us.
  delete process.env['PARENT_OF_COMMODARR']
  return options.demo ? serveDemo(options, signals) : serveConfigured(options, signals)
}

async function serveConfigured(options: StartOptions, signals: Signals): Promise<number> {
  const {stopped} = signals
  const {env} = process
  const load = () => loadFor(options, env)
  const loaded = await load()
  if (options.config !== undefined && loaded.path === null) {
    say(findingLines(loaded))
    return 1
  }
  const dataFolder = resolve(options.data ?? loaded.dataPath)
  let watch: ConfigWatch | undefined
  const consoleLevel = () => (watch?.inForce ?? loaded).config.settings.ConsoleLevel
  const log = createLog(
    loaded.config.settings.Logging ? join(dataFolder, 'logs') : null,
    'trace',
    write,
    consoleLevel,
  )
  say([headline(loaded.path), ...findingLines(loaded), ...sectionLines(loaded), ...firstStepLines(loaded)])
  const {webui} = loaded.config
  let followed: Promise<void> = Promise.resolve()
  const reread = async () => {
    await watch?.check()
    await followed
  }
  const listener = await listening(webui, options, log)
  if (listener === null) return 1
  const {fresh} = options
  const store = await openDatabase({dataFolder, url: databaseUrl(env), fresh, say, log, stopped})
  if (store === null) return endedWith(listener)
  const file = new ConfigFile(() => watch?.inForce ?? loaded, env, reread, systemClock)
  const app = await composed(store, async () => {
    const moveIn = await openMoveIn(store, systemClock, log, () => watch?.inForce ?? loaded, options.observe)
    return composeApp({
      servers: loaded.config.servers,
      arrs: loaded.config,
      rules: loaded.config,
      moveIn,
      configuration: () => {
        const {inForce, refused} = watch ?? {inForce: loaded, refused: []}
        return {...inForce, findings: [...refused, ...inForce.findings]}
      },
      dataFolder,
      store,
      webui,
      listener,
      env,
      log,
      isOpen: webui.AuthDisabled,
      file: fileServers(file),
      arrFile: fileArrs(file),
      sectionFile: fileSections(file),
      demo: false,
      reachesHost: reachesHost(systemClock),
    })
  })
  if (app === null) return endedWith(listener)
  await answer(app, webui, options, stopped)
  watch = watchConfig({
    loaded,
    load,
    clock: systemClock,
    onChange: (change) => {
      if (change.type === 'rejected')
        return log.warn(
          {findings: change.findings.map(({message}) => message)},
          'the edited configuration is not used',
        )
      const isByUs = file.hasWritten(change.after.fileHash)
      followed = follow(app, change.before, change.after, {log, isByUs}).catch((error: unknown) => {
        log.error({err: error}, 'the edited configuration could not be followed')
      })
    },
  })
  signals.onReload(() => {
    log.info({}, 'the configuration is read again (SIGHUP)')
    void reread()
  })
  const code = await stopped
  watch.close()
  await app.stop()
  return code
}

async function serveDemo(options: StartOptions, {stopped}: Signals): Promise<number> {
  const log = createLog(null, 'info', write)
  const webui = {...usualWebUi, Host: '127.0.0.1', AuthDisabled: true}
  const listener = await listening(webui, options, log)
  if (listener === null) return 1
  const life = new Lifecycle(log)
  const dataFolder = mkdtempSync(join(tmpdir(), 'commodarr-demo-'))
  life.put({name: 'data folder', stop: () => rmSync(dataFolder, {recursive: true, force: true})})
  // Only a demo ever loads the simulators.
  const {startDemoFleet} = await import('#lab/demo.ts')
  const fleet = await startDemoFleet(dataFolder)
  life.put({name: 'demo servers', stop: () => fleet.stop()})
  const store = await Store.sqlite(':memory:')
  await fleet.writePast(store)
  say([headline(null, true)])
  const app = await composeApp({
    servers: fleet.definitions,
    firstArrs: fleet.arrs,
    dataFolder,
    webui,
    listener,
    log,
    store,
    isOpen: true,
    file: null,
    env: demoEnvironment(process.env),
    demo: true,
    // Its videos have nothing in them.
    runFfprobe: () => Promise.reject(Object.assign(new Error('not in a demo'), {code: 'ENOTSUP'})),
    // A demo is all of the world that it knows.
    reachesHost: async () => true,
    // Whoever only looks around does not wait for ten minutes.
    orphanPace: {firstLookMs: 45_000, settledMs: 20_000},
    // As its past tells.
    serversOnlineBefore: fleet.onlineBefore,
  })
  life.put({name: 'program', stop: () => app.stop()})
  await answer(app, webui, options, stopped)
  fleet.keepPaused(app.suspensions)
  fleet
    .loseOne()
    .catch((error: unknown) => log.debug({err: error}, 'the demo ended before a server was lost'))
  const code = await stopped
  await life.stop()
  return code
}

/** Which pages are shown may be chosen; keys and addresses of what is real are none of the demo's business. */
function demoEnvironment({COMMODARR_PAGES}: Environment): Environment {
  return COMMODARR_PAGES === undefined ? {} : {COMMODARR_PAGES}
}

/** `null` = it could not be put together, and that was said. */
async function composed(store: Store, compose: () => Promise<App>): Promise<App | null> {
  try {
    return await compose()
  } catch (error) {
    if (!(error instanceof CommodarrError)) throw error
    await store.close()
    process.stderr.write(`${error.message}\n`)
    return null
  }
}

/** Servers that the edit did not touch go on undisturbed. */
async function follow(
  app: App,
  before: LoadedConfig,
  after: LoadedConfig,
  {log, isByUs}: {readonly log: Logger; readonly isByUs: boolean},
): Promise<void> {
  const {added, changed, removed} = diffServers(before.config.servers, after.config.servers)
  const names = (servers: readonly ServerDefinition[]) => servers.map((server) => server.id)
  const servers = {added: names(added), changed: names(changed), removed}
  const keys = changedKeys(before, after)
  log.info({...servers, keys}, changeLine(servers, keys))
  for (const line of findingLines({findings: newFindings(before, after)})) log.warn({}, line)
  const known = sectionLines(before)
  for (const line of sectionLines(after).filter((it) => !known.includes(it))) log.info({}, line)
  if (!sameValue(accessSettings(before), accessSettings(after))) {
    log.warn({}, 'what changed in WebUI takes effect at the next start, but for the user of LocalAuthEnabled')
  }
  await app.configure(after.config.servers, after.config.webui, after.config, after.config, isByUs)
}

/** What was told before is not told again at each edit, also where it stands on another line now. */
function newFindings(before: LoadedConfig, after: LoadedConfig): LoadedConfig['findings'] {
  const nameOf = ({code, path, found, message}: Finding) => JSON.stringify([code, path, found, message])
  const known = new Set(before.findings.map(nameOf))
  return after.findings.filter((finding) => !known.has(nameOf(finding)))
}

/** What the open door was made of; its user is followed. */
function accessSettings({config}: LoadedConfig): object {
  const {LocalAuthEnabled: _on, Username: _name, PasswordHash: _hash, ...access} = config.webui
  const {LiveArr: _live, Theme: _theme, ViewDensity: _density, ...rest} = access
  return rest
}

/** Where nobody needs an account only this machine is listened on, unless somebody wants just that. */
function whereTo(
  options: StartOptions,
  webui: Pick<WebUi, 'Host' | 'Port' | 'AuthDisabled' | 'AllowInsecureExposure'>,
  log: Logger,
): Where {
  const port = options.port ?? webui.Port
  const host = options.host ?? webui.Host
  if (!webui.AuthDisabled || webui.AllowInsecureExposure || isLoopbackHost(host)) return {host, port}
  const text = `Listening on this machine only: no login is required, so ${host} is not opened.`
  if (options.host !== undefined) log.warn({}, text)
  else log.info({}, text)
  return {host: '127.0.0.1', port}
}

function isLoopbackHost(host: string): boolean {
  return host === 'localhost' || host === '::1' || host.startsWith('127.')
}

/** For a predecessor that was told to end and holds the port for a moment more, as it may hold the data folder. */
const PREDECESSOR_MS = 2_000

async function listenOrWait(listener: Listener, where: Where): Promise<void> {
  const until = systemClock.monotonic() + PREDECESSOR_MS
  for (;;) {
    try {
      return void (await listener.listen(where))
    } catch (error) {
      if (codeOf(error) !== 'EADDRINUSE' || systemClock.monotonic() >= until) throw error
      await sleep(systemClock, 200)
    }
  }
}

function codeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException).code
}

/**
 * Before anything else is opened: supervisors see from now on that we live, and a port in use ends the start.
 * @returns `null` = it cannot be listened there, which was said
 */
async function listening(webui: WebUi, options: StartOptions, log: Logger): Promise<Listener | null> {
  const where = whereTo(options, webui, log)
  const listener = listenerFor(webui)
  try {
    await listenOrWait(listener, where)
    return listener
  } catch (error) {
    const code = codeOf(error)
    const why =
      code === 'EADDRINUSE'
        ? `Port ${where.port} is in use. Is Commodarr running already? Use another port with --port.`
        : `Cannot listen on ${where.host}:${where.port}: ${(error as Error).message}`
    process.stderr.write(`${why}\n`)
    return null
  }
}

/** What stood in the way was said. @returns the exit code */
async function endedWith(listener: Listener): Promise<number> {
  await listener.close()
  return 1
}

function isOver(stopped: Promise<unknown>): Promise<boolean> {
  return Promise.race([stopped.then(() => true), nextTurn().then(() => false)])
}

/** The routes answer from here on, and a person is told where. */
async function answer(
  app: App,
  webui: WebUi,
  options: StartOptions,
  stopped: Promise<unknown>,
): Promise<void> {
  // Whoever had it end while it was put together wants no pages of it any more.
  if (await isOver(stopped)) return
  // Nobody waits for the list yet.
  await collect()
  const addresses = await app.http.listen()
  await Promise.race([settled(app), stopped])
  say([
    ...listenLines(addresses),
    ...accessLines(app, webui, addresses[0]!),
    ...serverLines(app.links.list(), options.color, addresses[0]!),
    ...restingLines(serversAtPrivateAddresses(app.links.list(), app.people), addresses[0]!),
  ])
}

/** How one gets in where nobody needs an account, or nobody has one yet. */
function accessLines({people}: App, webui: WebUi, address: string): readonly string[] {
  const {setUp, localAccess, setUpTokenPath} = people
  if (localAccess !== null) {
    if (webui.AllowInsecureExposure) return openToAnyoneLines
    return localAccessLines(address, localAccess.token.reveal())
  }
  return setUp.isOpen() ? setUpLines(address, setUp.token.reveal(), setUpTokenPath) : []
}

/** Servers that answer at once are told with their health; nobody waits longer than this for the others. */
async function settled(app: App): Promise<void> {
  const until = Date.now() + 2_500
  const waiting = () => app.links.areOnTheWay()
  while (waiting() && Date.now() < until) await new Promise((done) => setTimeout(done, 50))
}

function say(lines: readonly string[]): void {
  if (lines.length > 0) write(`${lines.join('\n')}\n`)
}

function write(text: string): void {
  process.stdout.write(text)
}
