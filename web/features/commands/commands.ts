/**
 * Everything that can be done by key or palette, as long as what can do it is on screen. One list: the palette offers
 * it, `?` shows it, and people bind other keys to it or none.
 */
import type {LucideIcon} from 'lucide-react'
import {useEffect, useLayoutEffect, useRef, useSyncExternalStore} from 'react'
import {createKeybindingsHandler} from 'tinykeys'
import {usePreference} from '../../api/preferences.ts'
import type {TextKey} from '../../i18n/text.ts'
import {Signal} from '../../lib/signal.ts'
import {isDialogOnItsWay} from '../../ui/lazy-part.ts'
import {isSingle, keysOf} from './key-names.ts'
import {isPaletteOpen, typeAhead} from './overlays.ts'

export const commandGroups = ['go', 'find', 'move', 'choose', 'act', 'look', 'make'] as const
export type CommandGroup = (typeof commandGroups)[number]

export interface Command {
  /** Stable: people's own keys are kept by it. */
  readonly id: string
  readonly group: CommandGroup
  /** A verb with its object. */
  readonly label: TextKey
  /** As tinykeys writes them: 'g t', '$mod+k', 'Shift+Digit1'; several may do. '' = none until somebody binds one. */
  readonly keys: readonly string[]
  readonly icon?: LucideIcon
  /** Why it cannot be done now; `null` = it can. */
  readonly reason?: () => string | null
  /** Not offered in the palette: moving about. */
  readonly hidden?: boolean
  /** It belongs to another page: the palette names it, with the reason why not here, and its keys are free. */
  readonly isElsewhere?: boolean
  /** It belongs to the page that is open: of two with one key it is the one that is meant. */
  readonly isOfPage?: boolean
  /** Also under More, on a phone. */
  readonly isInMore?: boolean
  /** Opens a dialog that asks; shown as such. */
  readonly danger?: boolean
  readonly run: () => void
}

class Commands {
  readonly changes = new Signal()
  list: readonly Command[] = []
  readonly #sets = new Map<symbol, readonly Command[]>()

  put(owner: symbol, commands: readonly Command[]): void {
    this.#sets.set(owner, commands)
    this.#changed()
  }

  take(owner: symbol): void {
    this.#sets.delete(owner)
    this.#changed()
  }

  #changed(): void {
    const byId = new Map<string, Command>()
    // What came last is nearest to the person: it takes the place of what has the same id.
    for (const set of this.#sets.values()) for (const command of set) byId.set(command.id, command)
    this.list = [...byId.values()]
    this.changes.emit()
  }
}

const commands = new Commands()

/** Offers these while the component is on screen. What they do may change with each render; which they are may not. */
export function useCommands(offered: readonly Command[]): void {
  const latest = useRef(offered)
  useLayoutEffect(() => {
    latest.current = offered
  })
  const ids = offered.map(({id, isElsewhere = false}) => (isElsewhere ? `${id} elsewhere` : id)).join(' ')
  useEffect(() => {
    const owner = Symbol(ids)
    const lasting = latest.current.map((command, at): Command => {
      const now = () => latest.current[at] ?? command
      return {...command, run: () => now().run(), reason: () => now().reason?.() ?? null}
    })
    commands.put(owner, lasting)
    return () => commands.take(owner)
  }, [ids])
}

/** Everything that is offered now. */
export function useOffered(): readonly Command[] {
  return useSyncExternalStore(commands.changes.listen, () => commands.list)
}

/** Keys of commands: those that people chose, else the usual ones. Nothing is taken from who is writing. Once, in the shell. */
export function useHotkeys(): void {
  const commands = useOffered()
  const [own] = usePreference('hotkeys')
  const [singleKeys] = usePreference('hotkeys.single')
  useEffect(() => {
    const bindings: Record<string, (event: KeyboardEvent) => void> = {}
    for (const {command, keys} of longestFirst(commands, own)) {
      if (singleKeys || !isSingle(keys)) bindings[keys] = (event) => press(command, keys, event)
    }
    const command = createKeybindingsHandler(bindings, {ignore: () => false})
    const handler = (event: KeyboardEvent) => (isForPalette(event.target) ? typeAhead : command)(event)
    window.addEventListener('keydown', handler)
    return () => window.removeEventListener('keydown', handler)
  }, [commands, own, singleKeys])
}

/** The S of "G S" must not stop a torrent: what is pressed first takes the key, and the others leave it. */
function longestFirst(commands: readonly Command[], own: Parameters<typeof keysOf>[1]) {
  return commands
    .filter(({isElsewhere}) => isElsewhere !== true)
    .flatMap((command) => keysOf(command, own).map((keys) => ({command, keys})))
    .sort(
      (a, b) =>
        b.keys.split(' ').length - a.keys.split(' ').length ||
        // The later one takes the key.
        Number(a.command.isOfPage ?? false) - Number(b.command.isOfPage ?? false),
    )
}

function press(command: Command, keys: string, event: KeyboardEvent): void {
  if (event.defaultPrevented || isWriting(event.target, keys) || isBehindLayer(event.target, command)) return
  if (command.reason?.()) return
  event.preventDefault()
  command.run()
}

/** In a field only what no field uses is ours. */
function isWriting(target: EventTarget | null, keys: string): boolean {
  if (!(target instanceof HTMLElement)) return false
  const writes =
    target.isContentEditable || target.matches('input:not([type=checkbox], [type=radio]), textarea, select')
  return writes && !/^\$mod\+(k|s|Enter)$/.test(keys)
}

const LAYERS = ['[role=dialog]', '[role=menu]', '[role=listbox]']
const OPEN_LAYER = LAYERS.slice(0, 2)
  .map((it) => `${it}[data-state=open]`)
  .join()

/**
 * What lies behind a dialog or an open menu is not commanded, wherever the focus is: a layer gets it a moment after it has
 * come, and loses it with a button that goes.
 */
function isBehindLayer(target: EventTarget | null, command: Command): boolean {
  return command.id !== 'palette' && (isInLayer(target) || document.querySelector(OPEN_LAYER) !== null)
}

function isInLayer(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest(LAYERS.join()) !== null
}

/** It is on its way, as another dialog may be, or its field has no focus. */
function isForPalette(target: EventTarget | null): boolean {
  return isDialogOnItsWay() || (isPaletteOpen() && !isInLayer(target))
}
