import {FileUp} from 'lucide-react'
import {useEffect, useRef, useState, type DragEvent} from 'react'
import type {ImportAnswer, ImportItem} from '../../../api/servers.ts'
import {text} from '../../../i18n/text.ts'
import {Badge, type Tone} from '../../../ui/Badge.tsx'
import {Button} from '../../../ui/Button.tsx'
import {Field} from '../../../ui/Field.tsx'
import {PasswordInput, TextArea} from '../../../ui/Input.tsx'
import {joined} from '../../../ui/joined.ts'
import {LongWait} from '../../../ui/LongWait.tsx'
import {Note} from '../../../ui/Note.tsx'
import {Segmented} from '../../../ui/Segmented.tsx'
import {TextButton} from '../../../ui/TextButton.tsx'
import {settingText} from '../page/daemon-settings.ts'
import {kindName} from '../server-words.ts'
import {useImport, type ImportState} from './use-import.ts'

/**
 * Paste or drop a list, look what would be done, do it.
 * @param pasted what somebody brought already; '' = nothing
 */
export function ImportPanel({pasted = '', onDone}: {pasted?: string; onDone: () => void}) {
  const state = useImport({text: pasted})
  // What was pasted elsewhere is looked at without a click: nothing is added by that.
  const latest = useRef(state)
  useEffect(() => {
    if (pasted !== '') latest.current.look()
  }, [pasted])
  const typed = 'text' in state.source ? state.source.text : ''
  return (
    <div className="grid gap-4">
      <ImportSourceField typed={typed} onText={(next) => state.setSource({text: next})} />
      <div className="grid gap-x-4 gap-y-3 phone:grid-cols-2">
        <Field label={text('import.mode')} hint={text(`import.mode.${state.mode}.hint`)}>
          <Segmented
            label={text('import.mode')}
            value={state.mode}
            onChange={state.setMode}
            options={[
              {value: 'merge', label: text('import.mode.merge')},
              {value: 'replace', label: text('import.mode.replace')},
            ]}
            className="justify-self-start"
          />
        </Field>
        {/commodarr-servers/.test(typed) && (
          <Field label={text('import.passphrase')} hint={text('import.passphrase.hint')} optional>
            <PasswordInput
              value={state.passphrase}
              onChange={(event) => state.setPassphrase(event.target.value)}
            />
          </Field>
        )}
      </div>
      <ImportSteps state={state} canLook={typed.trim() !== ''} onDone={onDone} />
    </div>
  )
}

/** The plan and the buttons below it: the same for a pasted list and for one that an Arr told. */
export function ImportSteps({
  state,
  canLook,
  onDone,
}: {
  state: ImportState
  canLook: boolean
  onDone: () => void
}) {
  const {plan, done, isBusy, error} = state
  const shown = done ?? plan
  const isDecided = (item: number) => state.choiceOf(item)?.do === 'skip'
  const count = plan?.items.filter((it) => acts.has(it.action) && !isDecided(it.item)).length ?? 0
  return (
    <>
      {state.isApplying && <LongWait words={text('awaited.goes-on')} />}
      {error && (
        <Note tone="bad" isNews>
          {error.message}
        </Note>
      )}
      {shown && <ImportPreview state={state} answer={shown} isDone={done !== null} />}
      <div className="flex flex-wrap justify-end gap-2">
        {done === null && (
          <Button
            onClick={state.look}
            variant={plan === null ? 'primary' : 'default'}
            disabledReason={canLook ? undefined : text('import.nothing')}
            waitsFor={isBusy && plan === null ? text('import.looking') : undefined}
          >
            {text(plan === null ? 'import.look' : 'import.look-again')}
          </Button>
        )}
        {done === null && plan !== null && (
          <Button
            variant="primary"
            onClick={state.apply}
            disabledReason={count === 0 && !state.isOld ? text('import.no-change') : undefined}
            waitsFor={isBusy ? text('import.doing') : undefined}
          >
            {count === 0 ? text('import.do-nothing') : text('import.do', {count})}
          </Button>
        )}
        {done !== null && (
          <Button variant="primary" onClick={onDone}>
            {text('import.done')}
          </Button>
        )}
      </div>
    </>
  )
}

const acts: ReadonlySet<string> = new Set(['add', 'change', 'remove'])

/** A list that is pasted, dropped, or chosen as a file. */
function ImportSourceField({typed, onText}: {typed: string; onText: (text: string) => void}) {
  const [isOver, setOver] = useState(false)
  const file = useRef<HTMLInputElement>(null)
  const take = async (files: FileList | null) => {
    const first = files?.[0]
    if (first) onText(await first.text())
  }
  const drag = (on: boolean) => (event: DragEvent) => {
    if (!event.dataTransfer.types.includes('Files')) return
    event.preventDefault()
    event.stopPropagation()
    setOver(on)
  }
  return (
    // oxlint-disable-next-line jsx-a11y/no-static-element-interactions -- dropping has a twin: the button
    <div
      onDragOver={drag(true)}
      onDragLeave={drag(false)}
      onDrop={(event) => {
        drag(false)(event)
        void take(event.dataTransfer.files)
      }}
      className={joined('grid gap-2 rounded-m', isOver && 'shadow-focus')}
    >
      <Field label={text('import.list')} hint={text('import.list.hint')}>
        <TextArea
          isMono
          rows={6}
          className="max-h-[30dvh]!"
          spellCheck={false}
          autoComplete="off"
          value={typed}
          placeholder={'http://admin:secret@192.168.1.20:8080 Home\n[qBit-Seedbox]\nHost = "box.example"'}
          onChange={(event) => onText(event.target.value)}
        />
      </Field>
      <input
        ref={file}
        type="file"
        tabIndex={-1}
        aria-hidden
        accept=".json,.toml,.txt"
        className="sr-only"
        onChange={(event) => void take(event.target.files)}
      />
      <Button icon={FileUp} className="justify-self-start" onClick={() => file.current?.click()}>
        {text('import.file')}
      </Button>
    </div>
  )
}

/** What would be done with each entry, or what was done. */
function ImportPreview({state, answer, isDone}: {state: ImportState; answer: ImportAnswer; isDone: boolean}) {
  const place = useRef<HTMLElement>(null)
  // Below a long list nobody would see that there is an answer.
  useEffect(() => {
    // In braces: newer browsers answer with a promise, which is no clean-up.
    place.current?.scrollIntoView({block: 'start'})
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- once for each answer
  }, [answer])
  return (
    <section ref={place} aria-label={text('import.plan')} aria-live="polite" className="grid gap-2">
      <p className="font-medium">
        {'json' in state.source
          ? summary(answer)
          : text('import.found', {format: text(`import.format.${answer.format}`), what: summary(answer)})}
      </p>
      {answer.warnings.map((warning) => (
        <Note key={warning} tone="warn">
          {warning}
        </Note>
      ))}
      <ul className="overflow-clip rounded-l border border-line-strong">
        {answer.items.map((item) => (
          <ImportItemRow key={item.item} item={item} state={state} isDone={isDone} />
        ))}
      </ul>
    </section>
  )
}

/** "2 new, 1 changed, 3 as they are". */
function summary({items}: ImportAnswer): string {
  const counts = new Map<string, number>()
  for (const {action} of items) counts.set(action, (counts.get(action) ?? 0) + 1)
  return [...counts]
    .map(([action, count]) =>
      text(`import.count.${action as ImportAnswer['items'][number]['action']}`, {count}),
    )
    .join(', ')
}

const tones: Readonly<Record<ImportItem['action'], Tone>> = {
  add: 'good',
  change: 'info',
  same: 'quiet',
  remove: 'bad',
  refused: 'warn',
  skip: 'quiet',
}

/** One entry of a list: what is done with it, what changes, what did not come along, and what can be decided. */
function ImportItemRow({item, state, isDone}: {item: ImportItem; state: ImportState; isDone: boolean}) {
  const {action, name, server_type: kind, url, place} = item
  const choice = state.choiceOf(item.item)
  const isSkipped = choice?.do === 'skip'
  const canSkip = !isDone && action !== 'same' && action !== 'refused'
  return (
    <li className="grid gap-1.5 border-t border-line px-3 py-2.5 first:border-0">
      <div className="flex flex-wrap items-center gap-x-2 gap-y-1">
        <b className="min-w-0 truncate">{name ?? place ?? '?'}</b>
        <span className="min-w-0 flex-1 truncate text-12 text-text-2">
          {kind === null ? '' : kindName(kind)} {url}
        </span>
        <Badge tone={isDone ? statusTone(item) : tones[isSkipped ? 'skip' : action]}>
          {isDone && action !== 'same'
            ? text(`import.status.${item.status}`)
            : text(`import.action.${isSkipped ? 'skip' : action}`)}
        </Badge>
        {canSkip && (
          <TextButton
            onClick={() => state.select(decided(item.item, choice, isSkipped ? undefined : 'skip'))}
          >
            {text(isSkipped ? 'import.unskip' : 'import.skip')}
          </TextButton>
        )}
      </div>
      {action === 'change' && !isDone && (
        <p className="text-12 text-pretty text-text-2 wrap-anywhere">
          {item.changes
            .map(({field, from, to}) =>
              text('import.change', {field, from: settingText(from), to: settingText(to)}),
            )
            .join(' · ')}
        </p>
      )}
      {[...(item.message === null ? [] : [item.message]), ...item.warnings].map((words) => (
        <p key={words} className="text-12 text-pretty text-st-stalled wrap-anywhere">
          {words}
        </p>
      ))}
      {item.errors.map(({field, accepted}) => (
        <p key={field} className="text-12 text-pretty text-text-2 wrap-anywhere">
          {field}: {typeof accepted === 'string' ? accepted : accepted.join(', ')}
        </p>
      ))}
      {(isDone || isSkipped ? [] : wantedSecrets(item)).map((secret) => (
        <label
          key={secret}
          className="grid items-center gap-x-3 gap-y-1 text-12 text-text-2 phone:grid-cols-[max-content_minmax(0,260px)]"
        >
          {text(`import.${secret}`)}
          <PasswordInput
            autoComplete="new-password"
            value={choice?.[secret] ?? ''}
            onChange={(event) => state.select({...choice, item: item.item, [secret]: event.target.value})}
          />
        </label>
      ))}
    </li>
  )
}

/** What is here already has one; it stays, unless the way to the server is another one now. */
function wantedSecrets({action, missing}: ImportItem): ('password' | 'api_key')[] {
  if (action !== 'add' && action !== 'refused') return []
  return (['password', 'api_key'] as const).filter((secret) => missing.includes(secret))
}

type Choice = Parameters<ImportState['select']>[0]

function decided(item: number, choice: Choice | null, wanted: Choice['do']): Choice {
  const {do: _before, ...secrets} = choice ?? {}
  return {...secrets, item, ...(wanted !== undefined && {do: wanted})}
}

function statusTone({status}: ImportItem): Tone {
  if (status === 'done') return 'good'
  return status === 'failed' ? 'bad' : 'quiet'
}
