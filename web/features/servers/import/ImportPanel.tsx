import {FileUp} from 'lucide-react'
import {useRef, useState, type DragEvent} from 'react'
import {text} from '../../../i18n/text.ts'
import {Button} from '../../../ui/Button.tsx'
import {Field} from '../../../ui/Field.tsx'
import {joined} from '../../../ui/joined.ts'
import {Note} from '../../../ui/Note.tsx'
import {PasswordInput} from '../../../ui/PasswordInput.tsx'
import {Segmented} from '../../../ui/Segmented.tsx'
import {TextArea} from '../../../ui/TextArea.tsx'
import {ImportPreview} from './ImportPreview.tsx'
import {useImport, type ImportState} from './use-import.ts'

/** Paste or drop a list, look what would be done, do it. */
export function ImportPanel({onDone}: {onDone: () => void}) {
  const state = useImport({text: ''})
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
export function ImportSourceField({typed, onText}: {typed: string; onText: (text: string) => void}) {
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
