import {useId, useMemo, useRef, useState, type FormEvent} from 'react'
import type {WireKey} from '../../../api/actions.ts'
import {renameInside} from '../../../api/details.ts'
import {confirmedBy, Problem, type Confirmed} from '../../../api/problem.ts'
import {text} from '../../../i18n/text.ts'
import {toast} from '../../../lib/toast.ts'
import {Button} from '../../../ui/Button.tsx'
import {Checkbox} from '../../../ui/Checkbox.tsx'
import {Dialog} from '../../../ui/Dialog.tsx'
import {Field} from '../../../ui/Field.tsx'
import {count} from '../../../ui/format.ts'
import {Input} from '../../../ui/Input.tsx'
import {ProgressBar} from '../../../ui/ProgressBar.tsx'
import {lookAgain} from '../EditDialogs.tsx'
import {renamesOf, type Rename, type RenameRule} from './renames.ts'

const emptyRule: RenameRule = {find: '', replace: '', isPattern: false, ignoresCase: false}
/** So many are shown before they are sent. */
const MOST_SHOWN = 100

/** What of a run is left when a server refused one of them, or somebody ended it. */
interface Left {
  readonly renames: readonly Rename[]
  readonly done: number
  /** In words; '' = it was ended. */
  readonly why: string
  readonly confirmed: Confirmed | null
}

/** While a run goes on. */
interface Run {
  readonly done: number
  readonly total: number
  /** Not answered yet. */
  readonly renames: readonly Rename[]
}

/** Renames many files of a torrent by one rule, each as an action of its own, after all of them were shown. */
export function RenameFilesDialog({
  of,
  paths,
  all,
  onClose,
}: {
  of: WireKey
  /** Of the files that are meant. */
  paths: readonly string[]
  /** Of the torrent. */
  all: readonly string[]
  onClose: () => void
}) {
  // As they were when it was opened: what is renamed already is not renamed once more.
  const [meant] = useState({paths, all})
  const [rule, setRule] = useState(emptyRule)
  const [sent, setSent] = useState<Run | null>(null)
  const [left, setLeft] = useState<Left | null>(null)
  const isEnded = useRef(false)
  const form = useId()
  const renames = useMemo(() => renamesOf(meant.paths, meant.all, rule), [meant, rule])
  const faults = renames?.filter(({fault}) => fault !== null) ?? []
  const next = sent?.renames ?? left?.renames ?? renames ?? []
  const send = async (): Promise<void> => {
    const before = left?.done ?? 0
    const total = before + next.length
    const confirmed: Confirmed = left?.confirmed ?? {}
    isEnded.current = false
    setLeft(null)
    for (const [at, {from, to}] of next.entries()) {
      const rest = {renames: next.slice(at), done: before + at}
      setSent({...rest, total})
      if (isEnded.current) return setLeft({...rest, why: '', confirmed: null})
      try {
        await renameInside(of, 'renameFile', from, to, confirmed)
      } catch (error) {
        const asked = error instanceof Problem ? confirmedBy(error.body.confirm_with) : null
        const why = (error as Error).message
        return setLeft({...rest, why, confirmed: asked && {...confirmed, ...asked}})
      }
    }
    toast({text: text('files.renamed', {count: total, all: count(total)}), tone: 'good'})
    onClose()
  }
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (sent !== null || next.length === 0 || (left === null && faults.length > 0)) return
    void send().finally(() => {
      setSent(null)
      lookAgain(of)
    })
  }
  const verb = left?.confirmed ? 'files.rename.rest-anyway' : left ? 'files.rename.rest' : 'files.rename.many'
  const why =
    left === null && renames !== null && renames.length === 0
      ? text('files.rename.nothing')
      : left === null && faults.length > 0
        ? text('files.rename.faults', {count: faults.length, all: count(faults.length)})
        : left === null && renames === null
          ? text(rule.find === '' ? 'files.rename.find.empty' : 'files.rename.find.wrong')
          : undefined
  return (
    <Dialog
      open
      size="l"
      onOpenChange={(open) => !open && sent === null && onClose()}
      title={text('files.rename.title', {count: meant.paths.length, all: count(meant.paths.length)})}
      footer={
        <>
          {sent && (
            <output className="num mr-auto text-12 text-text-2">
              {text('files.rename.progress', {done: count(sent.done), all: count(sent.total)})}
            </output>
          )}
          {sent ? (
            <Button onClick={() => (isEnded.current = true)}>{text('files.rename.end')}</Button>
          ) : (
            <Button onClick={onClose}>{text('details.cancel')}</Button>
          )}
          {left && left.why !== '' && left.renames.length > 1 && (
            <Button
              onClick={() => setLeft({...left, renames: left.renames.slice(1), why: '', confirmed: null})}
            >
              {text('files.rename.skip')}
            </Button>
          )}
          <Button
            variant="primary"
            type="submit"
            form={form}
            disabledReason={why}
            waitsFor={sent ? text('details.sending') : undefined}
          >
            {text(verb, {count: next.length, all: count(next.length)})}
          </Button>
        </>
      }
    >
      <form id={form} onSubmit={submit} className="grid gap-3.5">
        {left === null && sent === null && <RuleFields rule={rule} onChange={setRule} />}
        {sent && <ProgressBar share={sent.done / sent.total} label={text('files.rename.running')} />}
        {left && (
          <p role="alert" className="text-pretty wrap-anywhere">
            {text('files.rename.stopped', {
              done: count(left.done),
              all: count(left.done + left.renames.length),
            })}{' '}
            {left.why !== '' && (
              <span className="text-st-error">
                {text('files.rename.refused', {name: left.renames[0]!.from, reason: left.why})}
              </span>
            )}
          </p>
        )}
        <RenameList renames={next} />
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
