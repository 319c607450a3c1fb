import {MoveRight, Shield, Trash2, Upload, Wrench, type LucideIcon} from 'lucide-react'
import type {RuleGroup} from './rule-rows.ts'

export const groupIcons: Readonly<Record<RuleGroup, LucideIcon>> = {
  keep: Shield,
  heal: Wrench,
  share: Upload,
  move: MoveRight,
  clean: Trash2,
}
