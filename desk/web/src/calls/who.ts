import type { Call } from "../api/types";
import { phoneNumber } from "../format/number";

/** The customer's name, else the number. */
export function whoOf(call: Pick<Call, "customer" | "caller">): string {
  const { customer } = call;
  const name = typeof customer === "string" ? customer : customer?.name;
  return name || phoneNumber(call.caller);
}
