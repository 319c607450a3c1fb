import {usePreference} from '../../api/preferences.ts'
import {text} from '../../i18n/text.ts'
import {Dialog} from '../../ui/Dialog.tsx'
import {Kbd} from '../../ui/Kbd.tsx'
import {Switch} from '../../ui/Switch.tsx'
import {commandGroups, useOffered, type Command} from './commands.ts'
import {KeyBinding} from './KeyBinding.tsx'
import {keysOf, shownKeys} from './key-names.ts'
import {closeOverlay} from './overlays.ts'

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
              commands={commands.filter((it) => it.group === group)}
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
