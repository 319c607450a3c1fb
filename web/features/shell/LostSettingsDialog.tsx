import {useQuery} from '@tanstack/react-query'
import {Problem} from '../../api/problem.ts'
import {configurationQuery, confirmConfiguration} from '../../api/sections.ts'
import {useShown} from '../../api/unread.ts'
import {text} from '../../i18n/text.ts'
import {toast} from '../../lib/toast.ts'
import {Button} from '../../ui/Button.tsx'
import {ConfirmDialog} from '../../ui/ConfirmDialog.tsx'
import {Dialog} from '../../ui/Dialog.tsx'
import {Note} from '../../ui/Note.tsx'
import {closeOverlay} from '../commands/overlays.ts'
import {sectionsFirst} from './needs.ts'

/** The configuration lost what protects: which settings, what follows, what to do, and a yes where it is meant. */
export function LostSettingsDialog() {
  const {data, error, refetch} = useQuery({...configurationQuery, staleTime: 0})
  useShown(error)
  if (data === undefined) {
    return error === null ? null : <Unread error={error} again={() => void refetch()} />
  }
  if (data.lost !== null) return <Question settings={data.lost.settings} error={error} />
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

function Unread({error, again}: {error: Error; again: () => void}) {
  return (
    <Dialog
      open
      onOpenChange={closeOverlay}
      size="s"
      title={text('attention.lost-settings.name')}
      footer={
        <>
          <Button onClick={closeOverlay}>{text('dialog.close')}</Button>
          <Button onClick={again}>{text('lost-settings.again')}</Button>
        </>
      }
    >
      <Note tone="bad" isNews>
        {wordsOf(error)}
      </Note>
    </Dialog>
  )
}

/**
 * All of them are shown, as the yes is to all of them. When others are missing by now the yes is refused with a sentence,
 * and they are read again.
 * @param error they could not be read again: these may be old
 */
function Question({settings, error}: {settings: readonly string[]; error: Error | null}) {
  const count = text('lost-settings.missing', {count: settings.length})
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
        <p>{text('lost-settings.no')}</p>
        <p>{text('lost-settings.yes')}</p>
        <p>{count}</p>
        {/* What is said of the answer stays in sight below it. */}
        <ul
          aria-label={count}
          // It scrolls by the keys, too.
          // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
          tabIndex={0}
          className="grid max-h-60 content-start gap-1 overflow-y-auto rounded-m border border-line-strong p-2 wrap-anywhere"
        >
          {sectionsFirst(settings).map((name) => (
            <li key={name}>
              <code>{name}</code>
            </li>
          ))}
        </ul>
        {error !== null && (
          <Note tone="bad" isNews>
            {wordsOf(error)}
          </Note>
        )}
      </div>
    </ConfirmDialog>
  )
}

function wordsOf(error: Error): string {
  return error instanceof Problem ? error.message : text('page.away.title')
}
