import {useState, type FormEvent} from 'react'
import {importProfiles, type Imported} from '../../api/trackers.ts'
import {text} from '../../i18n/text.ts'
import {Badge} from '../../ui/Badge.tsx'
import {Button} from '../../ui/Button.tsx'
import {Dialog} from '../../ui/Dialog.tsx'
import {Field} from '../../ui/Field.tsx'
import {TextArea} from '../../ui/Input.tsx'
import {Note} from '../../ui/Note.tsx'
import {useSending} from '../../ui/use-sending.ts'
import {EffectNote} from './ProfileDialog.tsx'

/** A list from a file or a text: what it would come to first, then it is done. */
export function ImportProfilesDialog({onClose}: {onClose: () => void}) {
  const [typed, setTyped] = useState('')
  const [found, setFound] = useState<Imported | null>(null)
  const {send, isBusy, error} = useSending()
  const take = (words: string) => {
    setTyped(words)
    setFound(null)
  }
  const submit = (event: FormEvent) => {
    event.preventDefault()
    void send(async () => {
      const profiles = profilesIn(typed)
      if (profiles === null) throw new Error(text('tracker-import.unread'))
      if (found === null) return setFound(await importProfiles(profiles, null))
      await importProfiles(profiles, stoppingIn(found))
      onClose()
    })
  }
  return (
    <Dialog
      open
      onOpenChange={onClose}
      size="m"
      title={text('tracker-import.title')}
      description={text('tracker-import.says')}
      footer={
        <>
          <Button onClick={onClose}>{text('tracker-form.cancel')}</Button>
          <Button
            type="submit"
            form="import-profiles"
            variant="primary"
            waitsFor={isBusy ? text('tracker-form.saving') : undefined}
          >
            {text(found === null ? 'tracker-import.look' : 'tracker-import.do')}
          </Button>
        </>
      }
    >
      <form id="import-profiles" className="grid gap-4" onSubmit={submit}>
        <Field label={text('tracker-import.file')}>
          {({id, describedBy}) => (
            <input
              id={id}
              aria-describedby={describedBy}
              type="file"
              accept="application/json,.json"
              className="min-w-0"
              onChange={(event) => void event.target.files?.[0]?.text().then(take)}
            />
          )}
        </Field>
        <Field label={text('tracker-import.text')}>
          <TextArea isMono value={typed} onChange={(event) => take(event.target.value)} />
        </Field>
        {found && <Found found={found} />}
        {error !== '' && (
          <Note tone="bad" isNews>
            {error}
          </Note>
        )}
      </form>
    </Dialog>
  )
}

function Found({found}: {found: Imported}) {
  const stopping = stoppingIn(found)
  return (
    <>
      <ul className="divide-y divide-line rounded-m border border-line">
        {found.entries.map(({name, outcome, problem}, at) => (
          // A list may name one tracker twice.
          // oxlint-disable-next-line react/no-array-index-key
          <li key={at} className="flex flex-wrap items-center gap-x-3 gap-y-1 px-3 py-2">
            <b className="wrap-anywhere">{name === '' ? '–' : name}</b>
            <Badge tone={outcome === 'skipped' ? 'warn' : 'quiet'}>
              {text(`tracker-import.outcome.${outcome}`)}
            </Badge>
            {problem !== null && <span className="w-full text-12 text-text-2">{problem}</span>}
          </li>
        ))}
      </ul>
      {stopping > 0 && (
        <EffectNote
          effect={{
            stops_owing: stopping,
            bytes_that_stop: found.entries.reduce((sum, {effect}) => sum + effect.bytes_that_stop, 0),
            starts_owing: 0,
          }}
        />
      )}
    </>
  )
}

function stoppingIn({entries}: Imported): number {
  return entries.reduce((sum, {effect}) => sum + effect.stops_owing, 0)
}

/** `null` = it is no list of profiles. */
function profilesIn(typed: string): readonly object[] | null {
  try {
    const value = JSON.parse(typed) as unknown
    const list = Array.isArray(value) ? value : (value as {profiles?: unknown} | null)?.profiles
    return Array.isArray(list) ? (list as readonly object[]) : null
  } catch {
    return null
  }
}
