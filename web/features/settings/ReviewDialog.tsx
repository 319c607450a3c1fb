import {useRef, type ReactNode} from 'react'
import type {SectionEffect} from '../../api/sections.ts'
import {text} from '../../i18n/text.ts'
import {Button} from '../../ui/Button.tsx'
import {Dialog} from '../../ui/Dialog.tsx'
import {joined} from '../../ui/joined.ts'
import {Note} from '../../ui/Note.tsx'

interface ShownChange {
  readonly path: string
  /** '' = absent. */
  readonly before: string
  readonly after: string
}

/** What a change writes and does, to be read before it is saved. */
export function ReviewDialog({
  isOpen,
  onClose,
  changes,
  lines,
  effect,
  consequences,
  question,
  error,
  isSaving,
  obstacle,
  onSave,
}: {
  isOpen: boolean
  onClose: () => void
  changes: readonly ShownChange[]
  /** Of config.toml; `null` = they are not known, or nothing is written there. */
  lines: SectionEffect['lines'] | null
  /** What happens; '' = not known yet. */
  effect: string
  /** What follows from it beside that; `null` = nothing. */
  consequences: ReactNode
  /** What has to be decided first; `null` = nothing. */
  question: ReactNode
  /** Why it was not saved, or not checked; `null` = it was. */
  error: string | null
  isSaving: boolean
  /** Why it cannot be saved; `null` = it can. */
  obstacle: string | null
  onSave: () => void
}) {
  const save = useRef<HTMLButtonElement>(null)
  return (
    <Dialog
      open={isOpen}
      initialFocus={save}
      onOpenChange={(open) => !open && onClose()}
      title={text('setting.review.title', {count: changes.length})}
      size="l"
      footer={
        <>
          {lines !== null && (
            <span className="mr-auto text-12 text-text-3">{text('setting.review.copy')}</span>
          )}
          <Button onClick={onClose}>{text('setting.review.back')}</Button>
          <Button
            ref={save}
            variant="primary"
            waitsFor={isSaving ? text('setting.saving') : undefined}
            disabledReason={obstacle ?? undefined}
            onClick={onSave}
          >
            {text('setting.review.save', {count: changes.length})}
          </Button>
        </>
      }
    >
      <div className="grid gap-4">
        {question}
        {error !== null && (
          <Note tone="bad" isNews>
            {error}
          </Note>
        )}
        {lines === null ? <Changes changes={changes} /> : <Lines hunks={lines} />}
        {error === null && (
          <section>
            <h3 className="mb-1 text-12 font-medium text-text-2">{text('setting.review.effect')}</h3>
            <p>{effect === '' ? text('setting.review.asking') : effect}</p>
            {consequences}
          </section>
        )}
      </div>
    </Dialog>
  )
}

const looks = {
  kept: {sign: ' ', className: ''},
  removed: {sign: '−', className: 'bg-tint-bad text-st-error'},
  added: {sign: '+', className: 'bg-tint-good text-st-seeding'},
} as const

/** Which lines of config.toml change, with those around them. */
export function Lines({
  hunks,
  title = text('setting.review.file'),
}: {
  hunks: SectionEffect['lines']
  title?: string
}) {
  return (
    <section>
      <h3 className="mb-1 text-12 font-medium text-text-2">{title}</h3>
      {hunks.length === 0 && <p>{text('section.effect.none')}</p>}
      <div className="grid gap-2">
        {hunks.map((hunk) => (
          <table
            key={`${hunk[0]?.is} ${hunk[0]?.line}`}
            className="w-full table-fixed overflow-hidden rounded-m bg-sunken font-mono text-12"
          >
            <tbody>
              {hunk.map(({is, line, text: content}) => (
                <tr key={`${is} ${line}`} className={looks[is].className}>
                  <td className="w-11 px-2 text-right text-text-3 select-none">{line}</td>
                  <td className="w-5 select-none" aria-label={text(`setting.review.${is}`)}>
                    {looks[is].sign}
                  </td>
                  <td className="py-0.5 pr-2 break-words whitespace-pre-wrap">{content}</td>
                </tr>
              ))}
            </tbody>
          </table>
        ))}
      </div>
    </section>
  )
}

function Changes({changes}: {changes: readonly ShownChange[]}) {
  return (
    <dl className="grid gap-2">
      {changes.map(({path, before, after}) => (
        <div key={path} className="min-w-0 rounded-m bg-sunken px-2.5 py-1.5">
          <dt className="font-mono text-12 break-words text-text-2">{path}</dt>
          <dd className="flex flex-wrap gap-x-2 break-words">
            <s className={joined('text-text-3', before === '' && 'no-underline')}>
              {before === '' ? text('setting.unsaid') : before}
            </s>
            <span aria-hidden>→</span>
            <span>{after === '' ? text('setting.unsaid') : after}</span>
          </dd>
        </div>
      ))}
    </dl>
  )
}
