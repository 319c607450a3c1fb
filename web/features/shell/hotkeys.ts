/** Keys of commands: those that people chose, else the usual ones. Nothing is taken from who is writing. */
import {useEffect} from 'react'
import {createKeybindingsHandler} from 'tinykeys'
import {usePreference} from '../../api/preferences.ts'
import {useOffered, type Command} from '../commands/commands.ts'
import {isSingle, keysOf} from '../commands/key-names.ts'

/** Once, in the shell. */
export function useHotkeys(): void {
  const commands = useOffered()
  const [own] = usePreference('hotkeys')
  const [singleKeys] = usePreference('hotkeys.single')
  useEffect(() => {
    const bindings: Record<string, (event: KeyboardEvent) => void> = {}
    for (const {command, keys} of longestFirst(commands, own)) {
      if (singleKeys || !isSingle(keys)) bindings[keys] = (event) => press(command, keys, event)
    }
    const handler = createKeybindingsHandler(bindings, {ignore: () => false})
    window.addEventListener('keydown', handler)
    return () => window.removeEventListener('keydown', handler)
  }, [commands, own, singleKeys])
}

/** The S of "G S" must not stop a torrent: what is pressed first takes the key, and the others leave it. */
function longestFirst(commands: readonly Command[], own: Parameters<typeof keysOf>[1]) {
  return commands
    .filter(({isElsewhere}) => isElsewhere !== true)
    .flatMap((command) => keysOf(command, own).map((keys) => ({command, keys})))
    .sort((a, b) => b.keys.split(' ').length - a.keys.split(' ').length)
}

function press(command: Command, keys: string, event: KeyboardEvent): void {
  if (event.defaultPrevented || isWriting(event.target, keys) || isInDialog(event.target, command)) return
  if (command.reason?.()) return
  event.preventDefault()
  command.run()
}

/** In a field only what no field uses is ours. */
function isWriting(target: EventTarget | null, keys: string): boolean {
  if (!(target instanceof HTMLElement)) return false
  const writes =
    target.isContentEditable || target.matches('input:not([type=checkbox], [type=radio]), textarea, select')
  return writes && !/^\$mod\+(k|Enter)$/.test(keys)
}

/** What lies behind a dialog or an open menu is not commanded. */
function isInDialog(target: EventTarget | null, command: Command): boolean {
  const isInside =
    target instanceof Element && target.closest('[role=dialog], [role=menu], [role=listbox]') !== null
  return isInside && command.id !== 'palette'
}
