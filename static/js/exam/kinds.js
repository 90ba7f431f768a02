/** How a question of each type is answered; ticking is the rule. */

import * as choices from "./choices.js";
import * as pairs from "./pairs.js";
import * as sequence from "./sequence.js";

const KINDS = { order: sequence, match: pairs };

/** @param {import("./question.js").Item} item */
export const kindOf = (item) => KINDS[item.type] || choices;
