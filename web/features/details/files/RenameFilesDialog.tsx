import {useMutation} from '@tanstack/react-query'
import {useId, useMemo, useState, type FormEvent} from 'react'
import {renameFiles} from '../../../api/details.ts'
import {confirmedBy, Problem, type Confirmed} from '../../../api/problem.ts'
import {text} from '../../../i18n/text.ts'
import {Button} from '../../../ui/Button.tsx'
import {Checkbox} from '../../../ui/Checkbox.tsx'
import {Dialog} from '../../../ui/Dialog.tsx'
import {Field} from '../../../ui/Field.tsx'
import {count} from '../../../ui/format.ts'
import {Input} from '../../../ui/Input.tsx'
import {praiseSent} from '../../actions/run-action.ts'
import {dialogTitle, lookAgain} from '../EditDialogs.tsx'
import type {Torrent} from '../torrent.ts'
import {renamesOf, type Rename, type RenameRule} from './renames.ts'

const emptyRule: RenameRule = {find: '', replace: '', isPattern: false, ignoresCase: false}
/** So many are shown before they are sent. */
const MOST_SHOWN = 100

/** Renames many files of a torrent by one rule: one action, all of them or none, after each of them was shown. */
export function RenameFilesDialog({
  of,
  paths,
  all,
  onClose,
}: {
  of: Torrent
  /** Of the files that are meant. */
  paths: readonly string[]
  /** Of the torrent. */
  all: readonly string[]
  onClose: () => void
}) {
  // As they were when it was opened: what is renamed already is not renamed once more.
  const [meant] = useState({paths, all})
  const [rule, setRule] = useState(emptyRule)
  /** What a person confirms with the next press, as the refusal asked. */
  const [confirmed, setConfirmed] = useState<Confirmed>({})
  const form = useId()
  const renames = useMemo(() => renamesOf(meant.paths, meant.all, rule), [meant, rule])
  const faults = renames?.filter(({fault}) => fault !== null) ?? []
  const sending = useMutation({
    mutationFn: (files: readonly Rename[]) => renameFiles(of, files, confirmed),
    onSuccess: (id, {length}) => {
      void praiseSent(id, text('files.renamed', {count: length, all: count(length)}))
      onClose()
    },
    onError: (error) => {
      const asked = error instanceof Problem ? confirmedBy(error.body.confirm_with) : null
      setConfirmed(asked ? {...confirmed, ...asked} : {})
    },
    onSettled: () => lookAgain(of),
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (sending.isPending || !renames?.length || faults.length > 0) return
    sending.mutate(renames)
  }
  const asks = sending.isError && Object.keys(confirmed).length > 0
  const many = renames?.length ?? 0
  const why =
    renames === null
      ? text(rule.find === '' ? 'files.rename.find.empty' : 'files.rename.find.wrong')
      : many === 0
        ? text('files.rename.nothing')
        : faults.length > 0
          ? text('files.rename.faults', {count: faults.length, all: count(faults.length)})
          : undefined
  return (
    <Dialog
      open
      size="l"
      onOpenChange={(open) => !open && !sending.isPending && onClose()}
      title={dialogTitle(
        text('files.rename.title', {count: meant.paths.length, all: count(meant.paths.length)}),
        of,
      )}
      footer={
        <>
          <Button onClick={onClose}>{text('details.cancel')}</Button>
          <Button
            variant="primary"
            type="submit"
            form={form}
            disabledReason={why}
            waitsFor={sending.isPending ? text('files.rename.running') : undefined}
          >
            {text(asks ? 'files.rename.many-anyway' : 'files.rename.many', {count: many, all: count(many)})}
          </Button>
        </>
      }
    >
      <form id={form} onSubmit={submit} className="grid gap-3.5">
        <RuleFields
          rule={rule}
          onChange={(next) => {
            // What was confirmed, and refused, was about other names.
            setRule(next)
            setConfirmed({})
            sending.reset()
          }}
        />
        {sending.error && (
          <p role="alert" className="text-pretty wrap-anywhere text-st-error">
            {sending.error.message}
          </p>
        )}
        <RenameList renames={renames ?? []} />
      </form>
    </Dialog>
  )
}

function RuleFields({rule, onChange}: {rule: RenameRule; onChange: (rule: RenameRule) => void}) {
  const isWrong = rule.find !== '' && renamesOf([], [], rule) === null
  const line = {isMono: rule.isPattern, spellCheck: false, autoComplete: 'off'}
  return (
    <div className="grid gap-2.5">
      <div className="grid grid-cols-2 gap-3 max-phone:grid-cols-1">
        <Field label={text('files.rename.find')} error={isWrong && text('files.rename.find.wrong')}>
          <Input
            {...line}
            value={rule.find}
            onChange={({target}) => onChange({...rule, find: target.value})}
          />
        </Field>
        <Field
          label={text('files.rename.replace')}
          hint={rule.isPattern ? text('files.rename.replace.hint') : undefined}
        >
          <Input
            {...line}
            value={rule.replace}
            onChange={({target}) => onChange({...rule, replace: target.value})}
          />
        </Field>
      </div>
      <div className="flex flex-wrap gap-x-5 gap-y-2">
        <Checkbox
          checked={rule.isPattern}
          onChange={(isPattern) => onChange({...rule, isPattern})}
          label={text('files.rename.pattern')}
        />
        <Checkbox
          checked={rule.ignoresCase}
          onChange={(ignoresCase) => onChange({...rule, ignoresCase})}
          label={text('files.rename.any-case')}
        />
      </div>
    </div>
  )
}

/** Each name as it is and as it will be, with what is in its way. */
function RenameList({renames}: {renames: readonly Rename[]}) {
  if (renames.length === 0) return null
  const shown = renames.slice(0, MOST_SHOWN)
  const more = renames.length - shown.length
  return (
    <div className="grid gap-1">
      <ul
        aria-label={text('files.rename.preview')}
        className="max-h-[40dvh] divide-y divide-line overflow-y-auto rounded-m border border-line"
      >
        {shown.map(({from, to, fault}) => (
          <li key={from} className="grid gap-0.5 px-2.5 py-1.5 font-mono text-12 wrap-anywhere">
            <span className="text-text-3 line-through decoration-text-3/60">{lastOf(from)}</span>
            <span>{lastOf(to)}</span>
            {fault && <span className="font-sans text-st-error">{text(faultWords[fault])}</span>}
          </li>
        ))}
      </ul>
      {more > 0 && (
        <p className="text-12 text-text-3">{text('files.rename.more', {count: more, all: count(more)})}</p>
      )}
    </div>
  )
}

const faultWords = {
  empty: 'files.rename.fault.empty',
  slash: 'files.rename.slash',
  shape: 'files.rename.fault.shape',
  long: 'files.rename.long',
  taken: 'files.rename.fault.taken',
} as const

function lastOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1)
}
