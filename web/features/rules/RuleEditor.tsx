import {useQueryClient} from '@tanstack/react-query'
import {useRef, type ReactNode} from 'react'
import {ruleQuery, type RuleDefinition} from '../../api/rules.ts'
import {text} from '../../text/text.ts'
import {Button} from '../../ui/Button.tsx'
import {Note} from '../../ui/Note.tsx'
import {MistakeList} from './MistakeList.tsx'
import {PreviewPane} from './PreviewPane.tsx'
import {goToLine, RuleText} from './RuleText.tsx'
import {usePreview, type Preview} from './use-preview.ts'
import {useRuleDraft} from './use-rule-draft.ts'
import {useRuleWords} from './use-rule-words.ts'

/** The text of a rule with what it would do now beside it. */
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
  const preview = usePreview(draft.yaml)
  const vocabulary = useRuleWords()
  const mistakes = draft.mistakes.length > 0 ? draft.mistakes : preview.mistakes
  const isNew = rule === null
  return (
    <div className="grid min-w-0 content-start gap-x-8 gap-y-6 @min-[820px]:grid-cols-[minmax(0,1fr)_320px]">
      <div className="grid min-w-0 content-start gap-3">
        {renderHead(preview)}
        <RuleText
          ref={box}
          value={draft.yaml}
          onChange={draft.write}
          vocabulary={vocabulary}
          mistakes={mistakes}
          isReadOnly={!mayEdit}
          onSave={() => void draft.save()}
        />
        <MistakeList mistakes={mistakes} onLine={(line) => goToLine(box.current, line)} />
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
            <span className="text-12 text-text-3 pointer-coarse:hidden">{text('rules.help')}</span>
          </div>
        )}
      </div>
      <PreviewPane preview={preview} />
    </div>
  )
}
