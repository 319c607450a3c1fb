import {useQuery} from '@tanstack/react-query'
import {configurationQuery, confirmConfiguration} from '../../api/sections.ts'
import {text} from '../../i18n/text.ts'
import {toast} from '../../lib/toast.ts'
import {Button} from '../../ui/Button.tsx'
import {ConfirmDialog} from '../../ui/ConfirmDialog.tsx'
import {Dialog} from '../../ui/Dialog.tsx'
import {closeOverlay} from '../commands/overlays.ts'

const MOST = 20

/** The configuration lost what protects: which settings, what follows, what to do, and a yes where it is meant. */
export function LostSettingsDialog() {
  const {data} = useQuery({...configurationQuery, staleTime: 0})
  if (data === undefined) return null
  const {lost} = data
  if (lost === null) {
    return (
      <Dialog
        open
        onOpenChange={closeOverlay}
        size="s"
        title={text('lost-settings.over')}
        description={text('lost-settings.over.says')}
        footer={<Button onClick={closeOverlay}>{text('dialog.close')}</Button>}
      />
    )
  }
  const {settings} = lost
  return (
    <ConfirmDialog
      title={text('lost-settings.title')}
      says={text('lost-settings.says')}
      verb={text('lost-settings.do')}
      work={async () => {
        await confirmConfiguration(settings)
        toast({text: text('lost-settings.done')})
      }}
      onClose={closeOverlay}
    >
      <div className="grid gap-2 text-14 text-pretty">
        <ul className="grid gap-1 wrap-anywhere">
          {settings.slice(0, MOST).map((name) => (
            <li key={name}>
              <code>{name}</code>
            </li>
          ))}
        </ul>
        {settings.length > MOST && <p>{text('lost-settings.more', {count: settings.length - MOST})}</p>}
        <p>{text('lost-settings.no')}</p>
        <p>{text('lost-settings.yes')}</p>
      </div>
    </ConfirmDialog>
  )
}
