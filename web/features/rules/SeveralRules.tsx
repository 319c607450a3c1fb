import {useQueries} from '@tanstack/react-query'
import {useNavigate} from '@tanstack/react-router'
import {Problem} from '../../api/problem.ts'
import {addRule, previewQuery, removeRule, type RulePreview} from '../../api/rules.ts'
import {text} from '../../i18n/text.ts'
import {toast} from '../../lib/toast.ts'
import {Button} from '../../ui/Button.tsx'
import {bytes, written} from '../../ui/format.ts'
import {Note} from '../../ui/Note.tsx'
import {TextButton} from '../../ui/TextButton.tsx'
import {useSending} from '../../ui/use-sending.ts'
import {readDocument} from './form/rule-document.ts'
import {kindOf, mistakesIn, ruleVerdict} from './preview.ts'
import type {rulesIn} from './several-rules.ts'
import {plainText} from './sentence-pieces.ts'
import {sentenceOf} from './sentence.ts'
import {useSentenceWords} from './use-sentence-words.ts'

type Several = NonNullable<ReturnType<typeof rulesIn>>

/**
 * What comes of a pasted list of rules: each as its sentence with its mode and what it would do now, its mistakes with
 * their lines. All are created, or none.
 */
export function SeveralRules({
  several,
  onLine,
  onCreated,
}: {
  several: Several
  /** Somebody wants to see that line of the whole text. */
  onLine: (line: number) => void
  onCreated: () => void
}) {
  const words = useSentenceWords()
  const navigate = useNavigate()
  const previews = useQueries({
    queries: several.map(({yaml}) => ({...previewQuery(yaml, null), retry: false})),
    combine: (all) => all.map(({data, error}) => ({data: data ?? null, error})),
  })
  const {send, isBusy, error, problem} = useSending()
  const wrong = previews.filter((it) => it.error !== null).length
  const isRead = previews.every(({data, error: cause}) => data !== null || cause !== null)
  const create = (isAllMeant: boolean) =>
    send(async () => {
      const names = await created(several, isAllMeant)
      toast({text: text('rules.several.done', {count: names.length})})
      onCreated()
      void navigate({to: '/rules', search: {}})
    })
  const waiting = isBusy
    ? text('rules.saving')
    : wrong > 0
      ? text('rules.several.wrong', {count: wrong})
      : isRead
        ? undefined
        : text('rules.templates.effect.wait')
  const isOfAll = problem?.code === 'rule_matches_all'
  return (
    <section
      aria-label={text('rules.several.title', {count: several.length})}
      className="grid min-w-0 gap-2.5"
    >
      <h2 className="font-semibold">{text('rules.several.title', {count: several.length})}</h2>
      <ol className="grid gap-2">
        {several.map(({yaml, line}, at) => {
          const rule = readDocument(yaml)
          const {data = null, error: cause = null} = previews[at] ?? {}
          return (
            // They have no other name: two may say the same.
            // oxlint-disable-next-line react/no-array-index-key
            <li key={at} className="grid min-w-0 gap-0.5 border-l-2 border-accent pl-3">
              <span className="text-14/[1.5] text-pretty wrap-anywhere">
                {rule !== null && words !== null ? plainText(sentenceOf(rule, words).says) : yaml}
              </span>
              <span className="num text-12 wrap-anywhere text-text-2">
                {nameOf(rule, line)} · {text(`rules.mode.${modeOf(rule)}`)}
                {data !== null && ` · ${effectOf(data)}`}
              </span>
              <Mistakes cause={cause} line={line} onLine={onLine} />
            </li>
          )
        })}
      </ol>
      {wrong > 0 && <Note tone="warn">{text('rules.several.wrong', {count: wrong})}</Note>}
      {error !== '' && (
        <Note
          tone={isOfAll ? 'warn' : 'bad'}
          isNews
          action={
            isOfAll && <Button onClick={() => void create(true)}>{text('rules.blank.save-sure')}</Button>
          }
        >
          {error}
        </Note>
      )}
      <div>
        <Button variant="primary" waitsFor={waiting} onClick={() => void create(false)}>
          {text('rules.several.create', {count: several.length})}
        </Button>
      </div>
    </section>
  )
}

function Mistakes({
  cause,
  line: first,
  onLine,
}: {
  cause: Error | null
  line: number
  onLine: (line: number) => void
}) {
  if (cause === null) return null
  const mistakes = mistakesIn(cause instanceof Problem ? cause : null)
  const all = mistakes.length > 0 ? mistakes : [{line: null, message: cause.message}]
  return (
    <div role="alert" className="grid gap-1 text-st-error">
      {all.map(({line, message}) => {
        const at = first + (line ?? 1) - 1
        return (
          <p key={`${at} ${message}`} className="wrap-anywhere">
            <TextButton onClick={() => onLine(at)}>{text('rules.jump', {line: at})}</TextButton> {message}
          </p>
        )
      })}
    </div>
  )
}

/** A new rule that would act only records what it would do at first. */
function modeOf(rule: ReturnType<typeof readDocument>): 'off' | 'ask' | 'simulate' {
  const mode = rule?.['mode']
  return mode === 'off' || mode === 'ask' ? mode : 'simulate'
}

function nameOf(rule: ReturnType<typeof readDocument>, line: number): string {
  const name = rule?.['name']
  return typeof name === 'string' && name !== '' ? name : text('rules.several.nameless', {line})
}

function effectOf(preview: RulePreview): string {
  const {count, bytes: size} = preview.would_act
  const kind = kindOf(preview.subject)
  if (count === 0) return ruleVerdict(preview)
  return text(`rules.templates.effect${kind}`, {count, size: written(bytes(size))})
}

/** All of them, or none: those that were created go again where one is refused. */
async function created(several: Several, isAllMeant: boolean): Promise<readonly string[]> {
  const made: {readonly id: string; readonly name: string}[] = []
  try {
    for (const {yaml} of several) made.push(await addRule(yaml, isAllMeant))
  } catch (cause) {
    for (const {id} of made.toReversed()) await removeRule(id)
    throw cause
  }
  return made.map(({name}) => name)
}
