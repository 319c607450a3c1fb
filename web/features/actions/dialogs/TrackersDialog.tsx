import {useState} from 'react'
import {text} from '../../../i18n/text.ts'
import {Field} from '../../../ui/Field.tsx'
import {Input} from '../../../ui/Input.tsx'
import {Segmented} from '../../../ui/Segmented.tsx'
import {TextArea} from '../../../ui/TextArea.tsx'
import {AbilityNote} from '../AbilityNote.tsx'
import {ActionDialogFrame} from './ActionDialogFrame.tsx'
import {counted} from '../counted.ts'
import type {Wish} from '../run-action.ts'
import type {ActionTarget} from '../target.ts'
import {isAnnounceUrl, trackerLines} from './tracker-text.ts'
import {useActionForm} from './use-action-form.ts'

type Mode = 'add' | 'replace' | 'remove'

const verbs = {add: 'addTrackers', replace: 'editTracker', remove: 'removeTrackers'} as const

/** The same change of trackers on all of them. */
export function TrackersDialog({target}: {target: ActionTarget}) {
  const form = useActionForm(target)
  const [mode, setMode] = useState<Mode>('add')
  const [lines, setLines] = useState('')
  const [from, setFrom] = useState('')
  const [to, setTo] = useState('')
  const {tiers, wrong} = trackerLines(lines)
  const isReplacing = mode === 'replace'
  const isReady = isReplacing ? isAnnounceUrl(from) && isAnnounceUrl(to) : tiers.length > 0
  const fault = wrong.length > 0 ? text('set-trackers.wrong', {line: wrong[0]!}) : undefined
  return (
    <ActionDialogFrame
      form={form}
      title={counted('set-trackers.title', form.count)}
      submitLabel={text(`set-trackers.${mode}.button`)}
      disabledReason={isReady && (isReplacing || !fault) ? undefined : text('set-trackers.needed')}
      onSubmit={() => void form.send([wishFor(mode, {tiers, from: from.trim(), to: to.trim()})])}
    >
      <Segmented<Mode>
        label={text('set-trackers.mode')}
        value={mode}
        onChange={setMode}
        options={(['add', 'replace', 'remove'] as const).map((it) => ({
          value: it,
          label: text(`set-trackers.${it}`),
        }))}
      />
      {isReplacing ? (
        <>
          <Address label={text('set-trackers.from')} value={from} onChange={setFrom} />
          <Address label={text('set-trackers.to')} value={to} onChange={setTo} />
        </>
      ) : (
        <Field
          label={text('set-trackers.lines')}
          hint={mode === 'add' ? text('set-trackers.tiers') : text('set-trackers.exactly')}
          error={fault}
        >
          <TextArea
            isMono
            rows={4}
            spellCheck={false}
            value={lines}
            onChange={(event) => setLines(event.target.value)}
          />
        </Field>
      )}
      <AbilityNote figures={form.frozen} verb={verbs[mode]} />
    </ActionDialogFrame>
  )
}

function Address({
  label,
  value,
  onChange,
}: {
  label: string
  value: string
  onChange: (value: string) => void
}) {
  const isWrong = value.trim() !== '' && !isAnnounceUrl(value.trim())
  return (
    <Field label={label} error={isWrong ? text('set-trackers.wrong', {line: value.trim()}) : undefined}>
      <Input isMono spellCheck={false} value={value} onChange={(event) => onChange(event.target.value)} />
    </Field>
  )
}

function wishFor(
  mode: Mode,
  {tiers, from, to}: {tiers: readonly (readonly string[])[]; from: string; to: string},
): Wish {
  if (mode === 'add') return {verb: 'addTrackers', args: {tiers}}
  return mode === 'replace'
    ? {verb: 'editTracker', args: {from, to}}
    : {verb: 'removeTrackers', args: {urls: tiers.flat()}}
}
