import {useQuery} from '@tanstack/react-query'
import {useState} from 'react'
import type {TriageAction} from '#model/import-triage.ts'
import {answerTriage, triagePreviewQuery} from '../../../api/arrs.ts'
import {text} from '../../../i18n/text.ts'
import {toast} from '../../../lib/toast.ts'
import {ConfirmDialog} from '../../../ui/ConfirmDialog.tsx'
import {Note} from '../../../ui/Note.tsx'
import {RadioCards} from '../../../ui/RadioCards.tsx'
import type {QueueLine} from './queue-lines.ts'

/** What can be done about a download that its Arr does not import; what it would do is asked of the Arr before. */
export function TriageDialog({line, onClose}: {line: QueueLine; onClose: () => void}) {
  const {arr, row, title, triage, sayings} = line
  // It stays as it was when it was opened, though the queue goes on.
  const [shown] = useState(triage)
  const actions = (shown?.actions ?? []).filter((it) => it !== 'leave')
  const [action, setAction] = useState<TriageAction>(actions[0] ?? 'leave')
  const {data: preview, error} = useQuery(triagePreviewQuery(arr.id, row.id, action))
  if (shown === null) return null
  const name = title ?? row.title
  const isRefused = preview?.outcome === 'refused'
  return (
    <ConfirmDialog
      title={text('triage.title', {name})}
      says={text(`triage.class.${shown.class}`)}
      verb={text(`triage.action.${action}`)}
      isHarmless
      size="m"
      disabledReason={
        preview === undefined
          ? text('triage.looking', {arr: arr.name})
          : isRefused
            ? preview.message
            : undefined
      }
      onClose={onClose}
      work={async () => {
        const {outcome, message} = await answerTriage(arr.id, {queue_id: row.id, action})
        if (outcome === 'refused') throw new Error(message)
        toast({tone: 'good', text: message})
      }}
    >
      <div className="grid gap-3">
        {sayings.length > 0 && <p className="text-text-2">{sayings.map((it) => `“${it}”`).join(' ')}</p>}
        <RadioCards
          label={text('triage.what')}
          value={action}
          onChange={setAction}
          options={actions.map((value) => ({
            value,
            label: text(`triage.action.${value}`),
            hint: text(`triage.hint.${value}`),
          }))}
        />
        <div aria-live="polite">
          {error === null ? (
            <p className={isRefused ? 'text-st-error' : 'text-text-2'}>
              {preview?.message ?? text('triage.looking', {arr: arr.name})}
            </p>
          ) : (
            <Note tone="bad">{error.message}</Note>
          )}
        </div>
      </div>
    </ConfirmDialog>
  )
}
