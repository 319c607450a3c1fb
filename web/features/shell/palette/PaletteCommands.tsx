import {Command as Cmdk} from 'cmdk'
import {ChevronRight} from 'lucide-react'
import {setPreference, usePreference} from '../../../api/preferences.ts'
import {text} from '../../../i18n/text.ts'
import {Icon} from '../../../ui/Icon.tsx'
import {Kbd} from '../../../ui/Kbd.tsx'
import {useOffered, type Command, type CommandGroup} from '../commands.ts'
import {keysOf, shownKeys} from '../key-names.ts'
import {closeOverlay} from '../overlays.ts'
import {matching} from './palette-text.ts'
import {PaletteItem, paletteGroupClass} from './PaletteItem.tsx'

const REMEMBERED = 5
/** What one comes for first: to do something with what is chosen. */
const order: readonly CommandGroup[] = ['act', 'make', 'find', 'look', 'choose', 'move', 'go']

/** What can be done, what was done last in front as long as nothing is typed. */
export function PaletteCommands({words}: {words: string}) {
  const [recent] = usePreference('palette.recent')
  const shown = useOffered()
    .filter(({hidden}) => !hidden)
    .toSorted((a, b) => order.indexOf(a.group) - order.indexOf(b.group))
  const placeOf = ({id}: Command) => (recent.includes(id) ? recent.indexOf(id) : REMEMBERED)
  const ordered = words === '' ? shown.toSorted((a, b) => placeOf(a) - placeOf(b)) : shown
  const found = matching(ordered, words, ({label}) => text(label))
  const doing = found.filter(({group}) => group !== 'go')
  const going = found.filter(({group}) => group === 'go')
  return (
    <>
      <Group heading={text('palette.do')} commands={doing} />
      <Group heading={text('palette.go')} commands={going} />
    </>
  )
}

function Group({heading, commands}: {heading: string; commands: readonly Command[]}) {
  if (commands.length === 0) return null
  return (
    <Cmdk.Group heading={heading} className={paletteGroupClass}>
      {commands.map((command) => (
        <Item key={command.id} command={command} />
      ))}
    </Cmdk.Group>
  )
}

function Item({command}: {command: Command}) {
  const [own] = usePreference('hotkeys')
  const [recent] = usePreference('palette.recent')
  const choose = () => {
    setPreference(
      'palette.recent',
      [command.id, ...recent.filter((it) => it !== command.id)].slice(0, REMEMBERED),
    )
    // First the palette goes and gives the focus back, then what may open a dialog of its own.
    closeOverlay()
    queueMicrotask(command.run)
  }
  return (
    <PaletteItem
      id={`command ${command.id}`}
      onChoose={choose}
      reason={command.reason?.() ?? null}
      end={keysOf(command, own)
        .slice(0, 1)
        .map((keys) => (
          <Kbd key={keys} keys={shownKeys(keys)} />
        ))}
    >
      <Icon
        icon={command.icon ?? ChevronRight}
        className={command.danger ? 'text-st-error' : 'text-text-2'}
      />
      <span className={command.danger ? 'text-st-error' : ''}>{text(command.label)}</span>
    </PaletteItem>
  )
}
