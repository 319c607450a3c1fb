import {useQuery} from '@tanstack/react-query'
import {useNavigate} from '@tanstack/react-router'
import {OctagonX, Save} from 'lucide-react'
import {createPortal, flushSync} from 'react-dom'
import {useLayoutEffect, useMemo, useRef, useState, type ReactNode} from 'react'
import {Problem} from '../../api/problem.ts'
import {queries} from '../../api/queries.ts'
import {addRule, editRule, vocabularyQuery, type RuleDefinition} from '../../api/rules.ts'
import {useSession} from '../../api/session.ts'
import {text} from '../../i18n/text.ts'
import {toast} from '../../lib/toast.ts'
import {useServers} from '../../live/servers.ts'
import {Button} from '../../ui/Button.tsx'
import {ConfirmDialog} from '../../ui/ConfirmDialog.tsx'
import {Icon} from '../../ui/Icon.tsx'
import {lazyPart} from '../../ui/lazy-part.ts'
import {Note} from '../../ui/Note.tsx'
import {Segmented} from '../../ui/Segmented.tsx'
import {Skeleton} from '../../ui/Skeleton.tsx'
import {TextButton} from '../../ui/TextButton.tsx'
import {useSending} from '../../ui/use-sending.ts'
import {useCommands, type Command} from '../commands/commands.ts'
import {focusOf} from './blank-change.ts'
import {valueSpan} from './value-span.ts'
import {EditorSentence, focusOnPart} from './EditorSentence.tsx'
import {useKnown} from './form/known-names.ts'
import {readDocument, type Place} from './form/rule-document.ts'
import {everythingWords, isOfEverything, PreviewBar, PreviewPane} from './PreviewPane.tsx'
import type {RuleWords} from './rule-completions.ts'
import {SeveralRules} from './SeveralRules.tsx'
import {rulesIn} from './several-rules.ts'
import {goToLine, RuleText} from './RuleText.tsx'
import {mistakesIn, usePreview, type Mistake, type Preview} from './preview.ts'

const RuleConflict = lazyPart([], async () => (await import('./RuleConflict.tsx')).RuleConflict)

const RuleForm = lazyPart(
  ['rule-form'],
  async () => (await import('./form/RuleForm.tsx')).RuleForm,
  'on demand',
  <Skeleton height={240} />,
)

/** A rule as fields or as text, which are the same, with what it would do now beside it. */
export function RuleEditor({
  rule,
  begin,
  beginsAs = 'form',
  mayEdit,
  focusOn = null,
  foot,
  renderHead,
  onSaved,
}: {
  /** `null` = a new one. */
  rule: RuleDefinition | null
  /** What a new one begins with. */
  begin: string
  /** How it is shown first. */
  beginsAs?: 'form' | 'yaml'
  mayEdit: boolean
  /** The value that somebody came to change: of a fact by its name, `hold` = how long it has to be true. */
  focusOn?: string | null
  /** Below what scrolls; `null` = not there yet. */
  foot: HTMLElement | null
  /** @param write another text into the fields, to be looked at and saved */
  renderHead: (preview: Preview, write: (yaml: string) => void) => ReactNode
  onSaved: (saved: RuleDefinition) => void
}) {
  const box = useRef<HTMLTextAreaElement>(null)
  const draft = useRuleDraft(rule, begin, onSaved)
  const several = useMemo(() => (rule === null ? rulesIn(draft.yaml) : null), [rule, draft.yaml])
  const preview = usePreview(several === null ? draft.yaml : several[0]!.yaml, rule?.id ?? null)
  const vocabulary = useRuleWords()
  const mistakes =
    several !== null ? noMistakes : draft.mistakes.length > 0 ? draft.mistakes : preview.mistakes
  const isNew = rule === null
  const [view, setView] = useState(beginsAs)
  /** The line that somebody wants to see. */
  const wanted = useRef<number | null>(null)
  const jump = (line: number) => {
    wanted.current = line
    setView('yaml')
    if (view === 'yaml') goToLine(box.current, line)
  }
  const form = useRef<HTMLDivElement>(null)
  const known = useKnown()
  const focusOnValue = (place: Place) => {
    flushSync(() => setView('form'))
    const written = readDocument(draft.yaml)
    focusOnPart(form.current!, place, focusOf(written, place), (shown) =>
      valueSpan(shown, written?.['when'], place, known),
    )
  }
  useLayoutEffect(() => {
    if (view === 'yaml' && wanted.current !== null) goToLine(box.current, wanted.current)
    wanted.current = null
  }, [view])
  const leaving = useEditorKeys(draft, mayEdit, several === null)
  return (
    <div className="grid min-w-0 content-start gap-x-8 gap-y-6 min-[1180px]:grid-cols-[minmax(0,1fr)_392px]">
      <div ref={form} className="grid min-w-0 content-start gap-3">
        {renderHead(preview, draft.write)}
        {several === null && <EditorSentence yaml={draft.yaml} known={known} onValue={focusOnValue} />}
        {several === null && (
          <Segmented
            value={view}
            onChange={setView}
            label={text('rules.view')}
            options={[
              {value: 'form', label: text('rules.view.form')},
              {value: 'yaml', label: text('rules.view.yaml')},
            ]}
            className="justify-self-start"
          />
        )}
        {view === 'form' && several === null ? (
          <RuleForm yaml={draft.yaml} onChange={draft.write} isReadOnly={!mayEdit} focusOn={focusOn} />
        ) : (
          <RuleText
            ref={box}
            value={draft.yaml}
            onChange={draft.write}
            vocabulary={vocabulary}
            mistakes={mistakes}
            isReadOnly={!mayEdit}
            onSave={() => several === null && void draft.save()}
          />
        )}
        {several !== null && (
          <SeveralRules several={several} onLine={jump} onCreated={() => draft.revert()} />
        )}
        <MistakeList mistakes={mistakes} onLine={jump} />
        {draft.isBack && (
          <Note action={<TextButton onClick={draft.revert}>{text('rules.draft.discard')}</TextButton>}>
            {text(isNew ? 'rules.draft.new' : 'rules.draft')}
          </Note>
        )}
        {draft.isOutdated && rule && (
          <RuleConflict
            rule={rule}
            mine={draft.yaml}
            isBusy={draft.isBusy}
            onTheirs={draft.revert}
            onMine={() => void draft.save(false, rule.revision)}
          />
        )}
        {draft.error !== '' && !draft.isOutdated && several === null && (
          <Note
            tone={draft.isOfAll ? 'warn' : 'bad'}
            isNews
            action={
              draft.isOfAll && (
                <Button onClick={() => void draft.save(true)}>{text('rules.blank.save-sure')}</Button>
              )
            }
          >
            {draft.error}
            {draft.isOfAll && ` ${text('rules.all')}`}
          </Note>
        )}
        {mayEdit &&
          draft.isDirty &&
          several === null &&
          !draft.isOfAll &&
          !preview.isBehind &&
          preview.data &&
          isOfEverything(preview.data) && (
            <Note tone="warn" isNews>
              {everythingWords(preview.data)}
            </Note>
          )}
        {mayEdit && (
          <div className="flex flex-wrap items-center gap-2">
            {(isNew || draft.isDirty) && several === null && (
              <Button
                variant="primary"
                waitsFor={draft.isBusy ? text('rules.saving') : undefined}
                onClick={() => void draft.save()}
              >
                {text(isNew ? 'rules.save.new' : 'rules.save')}
              </Button>
            )}
            {draft.isDirty && !draft.isBack && <Button onClick={draft.revert}>{text('rules.revert')}</Button>}
            {view === 'yaml' && (
              <span className="text-12 text-text-3 pointer-coarse:hidden">{text('rules.help')}</span>
            )}
          </div>
        )}
      </div>
      {several === null && (
        <PreviewPane preview={preview} since={rule?.revised_at ?? null} ruleId={rule?.id ?? null} />
      )}
      {foot && several === null && createPortal(<PreviewBar preview={preview} />, foot)}
      {leaving}
    </div>
  )
}

const noMistakes: readonly Mistake[] = []

/** Ctrl S saves and Esc leaves, after a question where something is not saved. @returns the question */
function useEditorKeys(draft: RuleDraft, mayEdit: boolean, isOne: boolean): ReactNode {
  const [isLeaving, setLeaving] = useState(false)
  const navigate = useNavigate()
  const leave = () => void navigate({to: '/rules', search: {}})
  const commands: readonly Command[] = [
    {
      id: 'rules.leave',
      group: 'move',
      label: 'rules.back.do',
      keys: ['Escape'],
      hidden: true,
      run: () => (draft.isDirty ? setLeaving(true) : leave()),
    },
    {
      id: 'rules.save',
      group: 'act',
      label: 'rules.keys.save',
      icon: Save,
      keys: ['$mod+s'],
      reason: () => {
        if (!mayEdit) return text('rules.blank.lock.permission')
        return isOne ? null : text('rules.several.keys')
      },
      run: () => void draft.save(),
    },
  ]
  useCommands(commands)
  return (
    isLeaving && (
      <ConfirmDialog
        title={text('rules.leave.title')}
        says={text('rules.leave.says')}
        verb={text('rules.leave.do')}
        isHarmless
        work={async () => leave()}
        onClose={() => setLeaving(false)}
      />
    )
  )
}

/** Every word that a rule may be written in, with the servers that there are; `null` = not read yet. */
function useRuleWords(): RuleWords | null {
  const {data} = useQuery(vocabularyQuery)
  const servers = useServers()
  return useMemo(() => {
    if (!data) return null
    const {facts, actions, modes, subjects, reasons, events, weekdays} = data
    return {
      facts,
      actions: actions.map(({name, params, subjects: of, class: its}) => ({
        name,
        hint: its,
        subjects: of,
        params: params.map((it) => it.name),
      })),
      values: {
        mode: modes,
        subject: subjects,
        reason: reasons,
        on: events,
        weekdays,
        privacy: ['public', 'private', 'any'],
        conflict: ['exclusive', 'additive'],
        concern: ['fate', 'limits', 'queue', 'trackers', 'files'],
        servers: (servers ?? []).map(({server_id: id}) => id),
      },
    }
  }, [data, servers])
}

/** What is wrong with a text, each with the way to its line. */
function MistakeList({mistakes, onLine}: {mistakes: readonly Mistake[]; onLine: (line: number) => void}) {
  return (
    <div role="alert" className="grid gap-1 empty:hidden">
      {mistakes.map(({line, message}) => (
        <div key={`${line} ${message}`} className="flex items-start gap-2 text-st-error">
          <Icon icon={OctagonX} className="mt-0.5" />
          <span className="min-w-0 text-pretty wrap-anywhere">
            {line === null ? (
              message
            ) : (
              <>
                <TextButton onClick={() => onLine(line)}>{text('rules.jump', {line})}</TextButton> {message}
              </>
            )}
          </span>
        </div>
      ))}
    </div>
  )
}

interface RuleDraft {
  readonly yaml: string
  readonly write: (yaml: string) => void
  readonly isDirty: boolean
  readonly isBusy: boolean
  /** Of what was sent last, until it is changed. */
  readonly mistakes: readonly Mistake[]
  /** What went wrong otherwise, in words; '' = nothing. */
  readonly error: string
  /** The rule has another text since this one was begun. */
  readonly isOutdated: boolean
  /** It was written before the page was left. */
  readonly isBack: boolean
  /** It is true of every torrent, and was not saved for that. */
  readonly isOfAll: boolean
  /** @param isAllMeant it may be true of every torrent @param over the text of this revision is written over */
  readonly save: (isAllMeant?: boolean, over?: number) => Promise<void>
  readonly revert: () => void
}

/**
 * The text of a rule while somebody writes it. It outlives the page: whoever goes back, reloads or has to log in again
 * finds it, and nobody else who logs in there. @param rule `null` = a new one
 */
function useRuleDraft(
  rule: RuleDefinition | null,
  begin: string,
  onSaved: (saved: RuleDefinition) => void,
): RuleDraft {
  const known = rule?.yaml ?? begin
  const me = useSession().visitor?.user_id ?? ''
  const keptAs = `${me} ${rule?.id ?? `new ${begin}`}`
  const [kept] = useState(() => keptDraft(keptAs))
  const [draft, setDraft] = useState(kept)
  const become = (next: Draft | null) => {
    keepDraft(keptAs, next)
    setDraft(next)
  }
  // The rule may be read again while somebody writes: what he began with is what he changes.
  const write = (yaml: string) =>
    become(yaml === known ? null : {yaml, revision: draft?.revision ?? rule?.revision ?? 0})
  const {send, isBusy, error, problem} = useSending()
  const [sent, setSent] = useState<string | null>(null)
  const yaml = draft?.yaml ?? known
  const isAboutThis = sent === yaml
  const mistakes = isAboutThis ? mistakesIn(problem) : []
  const save = async (isAllMeant = false, over = draft?.revision ?? rule?.revision ?? 0) => {
    if (isBusy) return
    setSent(yaml)
    await send(async () => {
      const saved =
        rule === null
          ? await addRule(yaml, isAllMeant)
          : await editRule(rule.id, yaml, over, false, isAllMeant).catch(async (cause: unknown) => {
              // What is saved now is shown beside what was written.
              if (isChangedMeanwhile(cause)) await queries.invalidateQueries({queryKey: ['rules', rule.id]})
              throw cause
            })
      become(null)
      const {name, mode} = saved
      toast({
        text:
          mode === 'simulate'
            ? text('rules.saved', {name})
            : text('rules.saved.mode', {name, mode: text(`rules.mode.${mode}`)}),
      })
      onSaved(saved)
    })
  }
  const isDirty = draft !== null && draft.yaml !== known
  return {
    yaml,
    write,
    isBusy,
    mistakes,
    save,
    isDirty,
    error: isAboutThis && mistakes.length === 0 ? error : '',
    isOfAll: problem?.code === 'rule_matches_all' && isAboutThis,
    isOutdated:
      isDirty &&
      rule !== null &&
      (draft.revision !== rule.revision || (isChangedMeanwhile(problem) && isAboutThis)),
    isBack: isDirty && draft === kept,
    revert: () => become(null),
  }
}

function isChangedMeanwhile(cause: unknown): boolean {
  return cause instanceof Problem && cause.code === 'changed_meanwhile'
}

interface Draft {
  readonly yaml: string
  /** Of the rule that it is a change of; 0 = a new one. */
  readonly revision: number
}

const DRAFTS = 'commodarr-rule-drafts'

/** Of this tab, by who writes and the id of the rule. */
function keptDrafts(): Readonly<Record<string, Draft>> {
  return JSON.parse(sessionStorage.getItem(DRAFTS) ?? '{}') as Record<string, Draft>
}

function keptDraft(name: string): Draft | null {
  return keptDrafts()[name] ?? null
}

/** @param draft `null` = there is nothing to keep any more */
function keepDraft(name: string, draft: Draft | null): void {
  const {[name]: _, ...others} = keptDrafts()
  sessionStorage.setItem(DRAFTS, JSON.stringify(draft === null ? others : {...others, [name]: draft}))
}
