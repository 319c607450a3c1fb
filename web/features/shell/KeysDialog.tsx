import {Pencil} from 'lucide-react'
import {useState, type KeyboardEvent} from 'react'
import {usePreference} from '../../api/preferences.ts'
import {text} from '../../i18n/text.ts'
import {Dialog} from '../../ui/Dialog.tsx'
import {IconButton} from '../../ui/IconButton.tsx'
import {Input} from '../../ui/Input.tsx'
import {Kbd} from '../../ui/Kbd.tsx'
import {Popover} from '../../ui/Popover.tsx'
import {Switch} from '../../ui/Switch.tsx'
import {TextButton} from '../../ui/TextButton.tsx'
import {commandGroups, useOffered, type Command} from '../commands/commands.ts'
import {keysOf, pressedKeys, shownKeys} from '../commands/key-names.ts'
import {closeOverlay} from '../commands/overlays.ts'

/** All keys of what can be done here, and how to change them. */
export function KeysDialog() {
  const [singleKeys, setSingleKeys] = usePreference('hotkeys.single')
  const commands = useOffered()
  return (
    <Dialog open onOpenChange={closeOverlay} title={text('keys.title')} size="l">
      <div className="grid gap-4">
        <Switch
          label={text('keys.single')}
          hint={text('keys.single.hint')}
          checked={singleKeys}
          onChange={setSingleKeys}
        />
        <div className="columns-2 gap-8 max-phone:columns-1">
          {commandGroups.map((group) => (
            <KeyGroup
              key={group}
              title={text(`keys.group.${group}`)}
              commands={commands.filter((it) => it.group === group && it.isElsewhere !== true)}
            />
          ))}
        </div>
      </div>
    </Dialog>
  )
}

function KeyGroup({title, commands}: {title: string; commands: readonly Command[]}) {
  const [own] = usePreference('hotkeys')
  if (commands.length === 0) return null
  return (
    <section className="mb-4 break-inside-avoid">
      <h3 className="pb-1 text-11 font-bold text-text-3">{title}</h3>
      <ul className="grid">
        {commands.map((command) => (
          <li key={command.id} className="flex min-h-7 items-center gap-2">
            <span className="flex-1">{text(command.label)}</span>
            {keysOf(command, own).map((keys) => (
              <Kbd key={keys} keys={shownKeys(keys)} />
            ))}
            <KeyBinding command={command} />
          </li>
        ))}
      </ul>
    </section>
  )
}

/** Gives a command another key, none, or the usual one again. */
function KeyBinding({command}: {command: Command}) {
  const [open, setOpen] = useState(false)
  const [own, setOwn] = usePreference('hotkeys')
  const label = text('keys.change', {command: text(command.label)})
  const keep = (keys: string | null | undefined) => {
    const {[command.id]: _, ...others} = own
    setOwn(keys === undefined ? others : {...others, [command.id]: keys})
    setOpen(false)
  }
  const press = (event: KeyboardEvent) => {
    const keys = pressedKeys(event.nativeEvent)
    if (keys === null) return
    event.preventDefault()
    event.stopPropagation()
    keep(keys)
  }
  return (
    <Popover
      open={open}
      onOpenChange={setOpen}
      label={label}
      align="end"
      trigger={<IconButton label={label} icon={Pencil} size="small" />}
    >
      <div className="grid w-60 gap-2">
        <Input aria-label={label} placeholder={text('keys.press')} readOnly onKeyDown={press} />
        <div className="flex justify-between">
          <TextButton onClick={() => keep(null)}>{text('keys.none')}</TextButton>
          <TextButton onClick={() => keep(undefined)}>{text('keys.usual')}</TextButton>
        </div>
      </div>
    </Popover>
  )
}
