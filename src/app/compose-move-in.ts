/**
 * Who comes from the older program: what it remembered is taken over before anything reads the memory, what will be
 * different is told, and with `--observe` the rules of the configuration act only when an administrator says so.
 */
import type {LoadedConfig} from '#config/config.ts'
import {hasProxyLogIn} from '#config/web-ui.ts'
import type {Clock} from '#lib/clock.ts'
import type {MoveIn, Observing} from '#model/qbitrr-migration.ts'
import {differencesOf} from '#qbitrr-migration/differences/differences.ts'
import {Observation} from '#qbitrr-migration/observation.ts'
import {findOldFolder, isInherited, type OldFolder} from '#qbitrr-migration/old-folder.ts'
import {takeOver} from '#qbitrr-migration/take-over.ts'
import {readInheritedItems} from '#store/repositories/move-in.ts'
import {readUsers} from '#store/repositories/users.ts'
import type {Store} from '#store/store.ts'

/** Nobody administers yet, and no other way in is configured: somebody will set it up on the pages. */
async function isFirstStart(
  store: Pick<Store, 'read' | 'write'>,
  {config: {webui}}: LoadedConfig,
): Promise<boolean> {
  const {AuthDisabled, Token, OIDCEnabled, LocalAuthEnabled} = webui
  if (AuthDisabled || Token !== null || OIDCEnabled || LocalAuthEnabled || hasProxyLogIn(webui)) return false
  return !(await store.read(readUsers)).some(({role}) => role === 'administrator')
}

export interface MoveInOfApp extends MoveIn {
  /** The rules of the configuration only tell what they would do; `null` = they act. */
  readonly observing: Observing | null
  /** Called when they begin to act, or only watch again. */
  onChange(listener: () => void): void
}

/**
 * Before `Memory.open`. What of the old folder cannot be read is told, and costs no start.
 * @param loaded what is in force; another one after an edit
 * @param observe `--observe`
 * @throws {StorageFault} our own database does not answer
 */
export async function openMoveIn(
  store: Pick<Store, 'read' | 'write'>,
  clock: Clock,
  log: {info(about: object, text: string): void; warn(about: object, text: string): void},
  loaded: () => LoadedConfig,
  observe: boolean,
): Promise<MoveInOfApp> {
  const firstStart = await isFirstStart(store, loaded())
  const observation = await Observation.open(store, clock, observe, firstStart)
  if (observe && observation.isOver)
    log.info({}, '--observe does nothing: an administrator has confirmed the rules')
  const folder = await folderOf(loaded(), log)
  const {databases, added, faults} = await takeOver(store, clock, loaded().config, folder)
  for (const {path, message} of faults) log.warn({path}, `${message} It is tried again at the next start.`)
  for (const {path, counts} of added) log.info({path, ...counts}, 'what qBitrr remembered is taken over')
  if (added.length > 0)
    log.info({}, 'what will be different from qBitrr: see the page "/settings/move-in", or "check-config"')
  if (observation.observing !== null && !observation.observing.isOpen)
    log.warn(
      {},
      'the rules of the configuration only report what they would do, until an administrator confirms in "/settings/move-in"',
    )
  return {
    get observing() {
      return observation.observing
    },
    onChange: (listener) => observation.onChange(listener),
    get confirmed() {
      return observation.confirmed
    },
    confirm: (by, caution) => observation.confirm(by, caution),
    watch: (by, isForADay) => observation.watch(by, isForADay),
    // The account is there, whatever became of this: the page leads to what they may do.
    endSetUp: () =>
      observation
        .endSetUp()
        .catch((error: unknown) =>
          log.warn(
            {err: error},
            'rules only report still, until an administrator confirms in "/settings/move-in"',
          ),
        ),
    items: () => store.read(readInheritedItems),
    view() {
      const inherited = isInherited(loaded(), folder)
      return {
        folder: folder?.path ?? null,
        isInherited: inherited,
        databases,
        faults,
        differences: inherited ? differencesOf(loaded()) : [],
        observing: observation.observing,
      }
    },
  }
}

async function folderOf(
  loaded: LoadedConfig,
  log: {info(about: object, text: string): void; warn(about: object, text: string): void},
): Promise<OldFolder | null> {
  try {
    return await findOldFolder(loaded)
  } catch (error) {
    log.warn({err: error}, 'the folder of qBitrr cannot be read; the next start tries again')
    return null
  }
}

/** Where nobody comes from anywhere. */
export const nothingMoved: MoveIn = {
  view: () => ({
    folder: null,
    isInherited: false,
    databases: [],
    faults: [],
    differences: [],
    observing: null,
  }),
  items: async () => [],
  confirmed: null,
  confirm: async () => {},
  watch: async () => {},
  endSetUp: async () => {},
}
