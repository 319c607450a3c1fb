/** Which keys run a command, and how they are written. */
import type {Preferences} from '../../api/preferences.ts'
import type {Command} from './commands.ts'

/** The keys that run a command now; none = it has no key. */
export function keysOf(
  command: Pick<Command, 'id' | 'keys'>,
  own: Preferences['hotkeys'],
): readonly string[] {
  const selected = own[command.id]
  if (selected === null) return []
  return selected === undefined ? command.keys : [selected]
}

/** Letters and digits alone, which people who talk to their machine can switch off (WCAG 2.1.4). */
export function isSingle(keys: string): boolean {
  return !/\$mod|Control|Alt|Meta|^(Shift\+)?(Escape|Delete|F\d+|Enter|Arrow|Page|Home|End)/.test(keys)
}

/** As `Kbd` shows them: 'g t' → 'G T', '$mod+k' → 'Ctrl K'. */
export function shownKeys(keys: string): string {
  return keys
    .replaceAll('+', ' ')
    .split(' ')
    .map((key) => names[key] ?? key.replace(/^(Key|Digit)/, '').replace(/^[a-z]$/, (it) => it.toUpperCase()))
    .join(' ')
}

const names: Readonly<Record<string, string>> = {
  $mod: 'Ctrl',
  Control: 'Ctrl',
  Escape: 'Esc',
  Delete: 'Del',
  ArrowUp: '↑',
  ArrowDown: '↓',
  ArrowLeft: '←',
  ArrowRight: '→',
  PageUp: 'PgUp',
  PageDown: 'PgDn',
  Slash: '/',
  BracketLeft: '[',
  BracketRight: ']',
}

/** What was pressed, as tinykeys writes it; `null` = only a modifier, or a key that leads on (Tab, Escape). */
export function pressedKeys(
  event: Pick<KeyboardEvent, 'key' | 'code' | 'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey'>,
): string | null {
  const {key, code, ctrlKey, metaKey, altKey, shiftKey} = event
  if (['Control', 'Meta', 'Alt', 'Shift', 'Tab', 'Escape', 'Dead', 'Process'].includes(key)) return null
  const modifiers = [
    ...(ctrlKey || metaKey ? ['$mod'] : []),
    ...(altKey ? ['Alt'] : []),
    ...(shiftKey ? ['Shift'] : []),
  ]
  const plain = modifiers.length > 0 && /^(Key|Digit)/.test(code) ? code : key
  return [...modifiers, plain === ' ' ? 'Space' : plain].join('+')
}
