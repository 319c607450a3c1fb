import {useQuery} from '@tanstack/react-query'
import {useEffect, useId, useRef, useState} from 'react'
import {
  arrDefinitionQuery,
  changeArr,
  previewArr,
  type Arr,
  type ArrDefinition,
  type ArrOutcome,
} from '../../api/arrs.ts'
import {Problem} from '../../api/problem.ts'
import {answerOf} from '../../api/answer-of.ts'
import {queries} from '../../api/queries.ts'
import {text} from '../../i18n/text.ts'
import {toast} from '../../lib/toast.ts'
import {Button} from '../../ui/Button.tsx'
import {Dialog} from '../../ui/Dialog.tsx'
import {TextArea} from '../../ui/Input.tsx'
import {Note} from '../../ui/Note.tsx'
import {useSaving} from '../../ui/use-saving.ts'
import {useSettled} from '../../ui/use-settled.ts'
import {Lines} from '../settings/ReviewDialog.tsx'
import {mistakesInSection, type SectionMistake} from './section-mistakes.ts'

const TYPING_MS = 400

/** The settings of an Arr as a section of config.toml: what differs is checked, shown, and saved. */
export function TomlDialog({
  arr,
  definition: {as_toml: now, file_obstacle: obstacle},
  onClose,
}: {
  arr: Arr
  definition: ArrDefinition
  onClose: () => void
}) {
  const begin = now ?? ''
  /** The text that the person began with. */
  const [was, setWas] = useState(begin)
  const [typed, setTyped] = useState(begin)
  /** Keys that were changed elsewhere meanwhile, as they are now, of which it was said that they are to be changed all the same. */
  const [known, setKnown] = useState<Readonly<Record<string, unknown>>>({})
  const settled = useSettled(typed, TYPING_MS)
  const isDirty = typed !== was
  const change = {toml: {text: settled, was}, was: known}
  const preview = useQuery({
    queryKey: ['arr-toml', arr.id, settled, was, known],
    queryFn: ({signal}) => previewArr(arr.id, change, signal),
    enabled: isDirty && settled === typed && obstacle === null,
    retry: false,
    // A secret may be in it.
    gcTime: 0,
  })
  const {send, isBusy, error, problem, forget} = useSaving(text('arr.toml.title', {name: arr.name}))
  const box = useRef<HTMLTextAreaElement>(null)
  const about = useId()
  const refused = problem ?? (preview.error instanceof Problem ? preview.error : null)
  const mistakes = isDirty && settled === typed ? mistakesInSection(refused, typed) : []
  const outcome = isDirty && settled === typed && !preview.error ? preview.data : undefined
  const conflicts = outcome?.conflicts ?? []
  useEffect(() => box.current?.focus(), [])
  const write = (value: string) => {
    setTyped(value)
    forget()
  }
  const save = async () => {
    const isSaved = await send(async () => {
      const {effect} = await changeArr(arr.id, {toml: {text: typed, was}, was: known})
      await queries.invalidateQueries({queryKey: ['rules']})
      const words = effect === 'restart' ? 'arr.settings.saved.restart' : 'arr.settings.saved'
      toast({text: text(words, {name: arr.name}), tone: 'good'})
    })
    if (isSaved) onClose()
  }
  /** Begins again with what is there now. */
  const theirs = () =>
    send(async () => {
      const {as_toml: there} = await answerOf({...arrDefinitionQuery(arr.id), staleTime: 0})
      setWas(there ?? '')
      setTyped(there ?? '')
      setKnown({})
    })
  const reason = !isDirty
    ? text('section.effect.none')
    : mistakes.length > 0
      ? text('setting.faults', {count: mistakes.length})
      : conflicts.length > 0
        ? text('setting.conflict.here')
        : undefined
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={text('arr.toml.title', {name: arr.name})}
      size="l"
      footer={
        <>
          <span className="mr-auto min-w-0 text-12 text-text-3">{text('arr.toml.hint')}</span>
          <Button onClick={onClose}>{text('setting.review.back')}</Button>
          {obstacle === null && (
            <Button
              variant="primary"
              disabledReason={reason}
              waitsFor={
                isBusy
                  ? text('setting.saving')
                  : isDirty && outcome === undefined && mistakes.length === 0 && !preview.error
                    ? text('setting.review.asking')
                    : undefined
              }
              onClick={() => void save()}
            >
              {text('setting.save')}
            </Button>
          )}
        </>
      }
    >
      <div className="grid gap-3.5">
        {obstacle !== null && <Note tone="warn">{text(`setting.obstacle.${obstacle}`)}</Note>}
        <TextArea
          ref={box}
          isMono
          rows={Math.min(24, Math.max(10, typed.split('\n').length + 1))}
          aria-label={text('arr.toml.label')}
          aria-invalid={mistakes.length > 0 || undefined}
          aria-describedby={about}
          readOnly={obstacle !== null}
          spellCheck={false}
          autoComplete="off"
          autoCapitalize="none"
          value={typed}
          onChange={({target}) => write(target.value)}
          onKeyDown={(event) => {
            if (event.key.toLowerCase() !== 's' || !(event.ctrlKey || event.metaKey)) return
            event.preventDefault()
            if (reason === undefined && outcome !== undefined) void save()
          }}
        />
        <div id={about} aria-live="polite" className="grid gap-3.5">
          <Mistakes
            mistakes={mistakes}
            onGo={(line) => {
              const {current} = box
              if (current === null || line === null) return
              const lines = typed.split('\n')
              const from = lines.slice(0, line - 1).reduce((sum, it) => sum + it.length + 1, 0)
              current.focus()
              current.setSelectionRange(from, from + (lines[line - 1]?.length ?? 0))
            }}
          />
          {mistakes.length === 0 && isDirty && (error !== '' || preview.error) && settled === typed && (
            <Note tone="bad" isNews>
              {error === '' ? preview.error?.message : error}
            </Note>
          )}
          {conflicts.length > 0 && (
            <Conflicts
              conflicts={conflicts}
              onTheirs={() => void theirs()}
              onMine={() =>
                setKnown({...known, ...Object.fromEntries(conflicts.map(({key, now: its}) => [key, its]))})
              }
            />
          )}
          {outcome !== undefined && <Outcome arr={arr} outcome={outcome} />}
        </div>
      </div>
    </Dialog>
  )
}

function Mistakes({
  mistakes,
  onGo,
}: {
  mistakes: readonly SectionMistake[]
  onGo: (line: number | null) => void
}) {
  if (mistakes.length === 0) return null
  return (
    <ul role="alert" className="grid gap-1 text-st-error">
      {mistakes.map(({key, line, words}) => (
        <li key={`${key} ${line}`} className="flex flex-wrap gap-x-2 text-pretty wrap-anywhere">
          {line !== null && (
            <button
              type="button"
              onClick={() => onGo(line)}
              className="rounded-s font-medium underline focus-visible:shadow-focus pointer-coarse:min-h-11"
            >
              {text('configuration.line', {line})}
            </button>
          )}
          <span className="min-w-0">{words}</span>
        </li>
      ))}
    </ul>
  )
}

function Conflicts({
  conflicts,
  onTheirs,
  onMine,
}: {
  conflicts: ArrOutcome['conflicts']
  onTheirs: () => void
  onMine: () => void
}) {
  return (
    <Note
      tone="warn"
      isNews
      action={
        <>
          <Button onClick={onTheirs}>{text('setting.conflict.theirs-here')}</Button>
          <Button onClick={onMine}>{text('setting.conflict.mine')}</Button>
        </>
      }
    >
      {text('setting.conflict.here')}
      <ul>
        {conflicts.map(({key, now}) => (
          <li key={key} className="break-words">
            {now === null || now === undefined
              ? text('setting.conflict.gone', {key})
              : text('setting.conflict.now', {key, value: JSON.stringify(now)})}
          </li>
        ))}
      </ul>
    </Note>
  )
}

/** Which lines of the file change, what restarts, and which rules become others. */
function Outcome({arr, outcome: {lines, effect, rules}}: {arr: Arr; outcome: ArrOutcome}) {
  return (
    <>
      {lines !== null && (
        <Lines hunks={lines} title={text(arr.origin === 'file' ? 'setting.review.file' : 'arr.toml.lines')} />
      )}
      <section>
        <h3 className="mb-1 text-12 font-medium text-text-2">{text('setting.review.effect')}</h3>
        <p>{text(`arr.settings.effect.${effect}`, {name: arr.name})}</p>
        {rules !== null && rules.length > 0 && (
          <ul className="mt-1 grid gap-0.5 text-12 text-text-2">
            {rules.map(({id, name, is_new: isNew}) => (
              <li key={id}>{text(isNew ? 'arr.toml.rule.new' : 'arr.toml.rule.other', {name})}</li>
            ))}
          </ul>
        )}
      </section>
    </>
  )
}
