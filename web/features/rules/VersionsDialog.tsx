import {useQuery} from '@tanstack/react-query'
import {ruleVersionsQuery, type Rule, type RuleVersion} from '../../api/rules.ts'
import {exactTime} from '../../i18n/format-time.ts'
import {text} from '../../i18n/text.ts'
import {useNow} from '../../live/clock.ts'
import {Awaited} from '../../ui/Awaited.tsx'
import {Button} from '../../ui/Button.tsx'
import {Dialog} from '../../ui/Dialog.tsx'
import {SkeletonLines} from '../../ui/Skeleton.tsx'
import {ChangedLines} from './ChangedLines.tsx'
import {changedLines} from './version-lines.ts'

/** Every text that a rule had: who changed what, and when. Going back to one writes it into the editor, to be looked at and saved. */
export function VersionsDialog({
  rule,
  onBack,
  onClose,
}: {
  rule: Rule
  /** `null` = they may only look. */
  onBack: ((yaml: string) => void) | null
  onClose: () => void
}) {
  const reading = useQuery(ruleVersionsQuery(rule.id, rule.revision))
  const {data: versions} = reading
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      size="l"
      title={text('rules.versions.title', {name: rule.name})}
      description={text(onBack === null ? 'rules.versions.says-only' : 'rules.versions.says')}
      footer={<Button onClick={onClose}>{text('rules.versions.close')}</Button>}
    >
      <Awaited reading={reading} what={text('rules.versions')}>
        <SkeletonLines />
      </Awaited>
      <ol className="grid">
        {versions?.map((version, at) => (
          <Version
            key={version.revision}
            version={version}
            before={versions[at + 1] ?? null}
            onBack={
              onBack === null || version.is_current || version.yaml === null
                ? null
                : () => {
                    onBack(version.yaml!)
                    onClose()
                  }
            }
          />
        ))}
      </ol>
    </Dialog>
  )
}

/** @param before the one before it; `null` = it is the first that is kept */
function Version({
  version: {revision, changed_at: at, changed_by: by, is_current: isCurrent, yaml},
  before,
  onBack,
}: {
  version: RuleVersion
  before: RuleVersion | null
  onBack: (() => void) | null
}) {
  const now = useNow(60_000)
  const when = exactTime(at, now)
  const name = by?.name ?? ''
  const lines = before === null || yaml === null ? [] : changedLines(before.yaml, yaml)
  return (
    <li className="grid gap-1.5 border-b border-line py-2.5 last:border-0">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <span className="num font-medium">{text('rules.versions.number', {revision})}</span>
        <span className="num min-w-0 flex-1 text-12 text-text-2 wrap-anywhere">
          {name === '' ? when : text('rules.versions.by', {name, when})}
        </span>
        {isCurrent && <span className="text-12 text-text-2">{text('rules.versions.now')}</span>}
        {onBack && (
          <Button onClick={onBack} aria-label={text('rules.versions.back-to', {revision})}>
            {text('rules.versions.back')}
          </Button>
        )}
      </div>
      {yaml === null && <p className="text-12 text-text-2">{text('rules.versions.unreadable')}</p>}
      {yaml !== null && before === null && (
        <p className="text-12 text-text-2">{text('rules.versions.first')}</p>
      )}
      {before !== null && yaml !== null && lines.length === 0 && (
        <p className="text-12 text-text-2">{text('rules.versions.same')}</p>
      )}
      {lines.length > 0 && (
        <ChangedLines
          lines={lines}
          words={{gone: text('rules.versions.line-gone'), new: text('rules.versions.line-new')}}
        />
      )}
    </li>
  )
}
