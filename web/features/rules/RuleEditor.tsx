import {useQueryClient} from '@tanstack/react-query'
import {Suspense, useLayoutEffect, useRef, useState, type ReactNode} from 'react'
import {ruleQuery, type RuleDefinition} from '../../api/rules.ts'
import {text} from '../../i18n/text.ts'
import {Button} from '../../ui/Button.tsx'
import {lazyPart} from '../../ui/lazy-part.ts'
import {Note} from '../../ui/Note.tsx'
import {Segmented} from '../../ui/Segmented.tsx'
import {Skeleton} from '../../ui/Skeleton.tsx'
import {MistakeList} from './MistakeList.tsx'
import {PreviewPane} from './PreviewPane.tsx'
import {goToLine, RuleText} from './RuleText.tsx'
import {usePreview, type Preview} from './use-preview.ts'
import {useRuleDraft} from './use-rule-draft.ts'
import {useRuleWords} from './use-rule-words.ts'

const RuleForm = lazyPart(['rule-form'], async () => (await import('./form/RuleForm.tsx')).RuleForm)

/** A rule as fields or as text, which are the same, with what it would do now beside it. */
export function RuleEditor({
  rule,
  begin,
  mayEdit,
  renderHead,
  onSaved,
}: {
  /** `null` = a new one. */
  rule: RuleDefinition | null
  /** What a new one begins with. */
  begin: string
  mayEdit: boolean
  renderHead: (preview: Preview) => ReactNode
  onSaved: (saved: RuleDefinition) => void
}) {
  const queries = useQueryClient()
  const box = useRef<HTMLTextAreaElement>(null)
  const draft = useRuleDraft(rule, begin, onSaved)
  const preview = usePreview(draft.yaml, rule?.id ?? null)
  const vocabulary = useRuleWords()
  const mistakes = draft.mistakes.length > 0 ? draft.mistakes : preview.mistakes
  const isNew = rule === null
  const [view, setView] = useState<'form' | 'yaml'>('form')
  /** The line that somebody wants to see. */
  const wanted = useRef<number | null>(null)
  const jump = (line: number) => {
    wanted.current = line
    setView('yaml')
    if (view === 'yaml') goToLine(box.current, line)
  }
  useLayoutEffect(() => {
    if (view === 'yaml' && wanted.current !== null) goToLine(box.current, wanted.current)
    wanted.current = null
  }, [view])
  return (
    <div className="grid min-w-0 content-start gap-x-8 gap-y-6 @min-[820px]:grid-cols-[minmax(0,1fr)_320px]">
      <div className="grid min-w-0 content-start gap-3">
        {renderHead(preview)}
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
        {view === 'form' ? (
          <Suspense fallback={<Skeleton height={240} />}>
            <RuleForm yaml={draft.yaml} onChange={draft.write} isReadOnly={!mayEdit} />
          </Suspense>
        ) : (
          <RuleText
            ref={box}
            value={draft.yaml}
            onChange={draft.write}
            vocabulary={vocabulary}
            mistakes={mistakes}
            isReadOnly={!mayEdit}
            onSave={() => void draft.save()}
          />
        )}
        <MistakeList mistakes={mistakes} onLine={jump} />
        {draft.error !== '' && (
          <Note
            tone="bad"
            isNews
            action={
              draft.isOutdated &&
              rule && (
                <Button
                  onClick={() => {
                    draft.revert()
                    void queries.invalidateQueries(ruleQuery(rule.id))
                  }}
                >
                  {text('rules.load-anew')}
                </Button>
              )
            }
          >
            {draft.isOutdated ? text('rules.changed-meanwhile') : draft.error}
          </Note>
        )}
        {mayEdit && (
          <div className="flex flex-wrap items-center gap-2">
            {(isNew || draft.isDirty) && (
              <Button
                variant="primary"
                waitsFor={draft.isBusy ? text('rules.saving') : undefined}
                onClick={() => void draft.save()}
              >
                {text(isNew ? 'rules.save.new' : 'rules.save')}
              </Button>
            )}
            {draft.isDirty && !isNew && <Button onClick={draft.revert}>{text('rules.revert')}</Button>}
            {view === 'yaml' && (
              <span className="text-12 text-text-3 pointer-coarse:hidden">{text('rules.help')}</span>
            )}
          </div>
        )}
      </div>
      <PreviewPane preview={preview} />
    </div>
  )
}
