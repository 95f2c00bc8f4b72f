import ArrowLeftOutlinedSvg from "@ant-design/icons-svg/es/asn/ArrowLeftOutlined";
import ArrowRightOutlinedSvg from "@ant-design/icons-svg/es/asn/ArrowRightOutlined";
import AudioMutedOutlinedSvg from "@ant-design/icons-svg/es/asn/AudioMutedOutlined";
import CaretRightFilledSvg from "@ant-design/icons-svg/es/asn/CaretRightFilled";
import CaretRightOutlinedSvg from "@ant-design/icons-svg/es/asn/CaretRightOutlined";
import CheckCircleFilledSvg from "@ant-design/icons-svg/es/asn/CheckCircleFilled";
import CheckOutlinedSvg from "@ant-design/icons-svg/es/asn/CheckOutlined";
import ClockCircleOutlinedSvg from "@ant-design/icons-svg/es/asn/ClockCircleOutlined";
import CloseCircleFilledSvg from "@ant-design/icons-svg/es/asn/CloseCircleFilled";
import CoffeeOutlinedSvg from "@ant-design/icons-svg/es/asn/CoffeeOutlined";
import CustomerServiceFilledSvg from "@ant-design/icons-svg/es/asn/CustomerServiceFilled";
import DesktopOutlinedSvg from "@ant-design/icons-svg/es/asn/DesktopOutlined";
import DownOutlinedSvg from "@ant-design/icons-svg/es/asn/DownOutlined";
import EditFilledSvg from "@ant-design/icons-svg/es/asn/EditFilled";
import ExclamationCircleFilledSvg from "@ant-design/icons-svg/es/asn/ExclamationCircleFilled";
import EyeInvisibleOutlinedSvg from "@ant-design/icons-svg/es/asn/EyeInvisibleOutlined";
import HistoryOutlinedSvg from "@ant-design/icons-svg/es/asn/HistoryOutlined";
import LoadingOutlinedSvg from "@ant-design/icons-svg/es/asn/LoadingOutlined";
import LogoutOutlinedSvg from "@ant-design/icons-svg/es/asn/LogoutOutlined";
import MailOutlinedSvg from "@ant-design/icons-svg/es/asn/MailOutlined";
import MessageOutlinedSvg from "@ant-design/icons-svg/es/asn/MessageOutlined";
import MinusCircleOutlinedSvg from "@ant-design/icons-svg/es/asn/MinusCircleOutlined";
import MobileOutlinedSvg from "@ant-design/icons-svg/es/asn/MobileOutlined";
import MoonOutlinedSvg from "@ant-design/icons-svg/es/asn/MoonOutlined";
import PauseCircleFilledSvg from "@ant-design/icons-svg/es/asn/PauseCircleFilled";
import PauseOutlinedSvg from "@ant-design/icons-svg/es/asn/PauseOutlined";
import PhoneFilledSvg from "@ant-design/icons-svg/es/asn/PhoneFilled";
import PhoneOutlinedSvg from "@ant-design/icons-svg/es/asn/PhoneOutlined";
import QuestionCircleFilledSvg from "@ant-design/icons-svg/es/asn/QuestionCircleFilled";
import QuestionCircleOutlinedSvg from "@ant-design/icons-svg/es/asn/QuestionCircleOutlined";
import RobotOutlinedSvg from "@ant-design/icons-svg/es/asn/RobotOutlined";
import SafetyCertificateFilledSvg from "@ant-design/icons-svg/es/asn/SafetyCertificateFilled";
import SearchOutlinedSvg from "@ant-design/icons-svg/es/asn/SearchOutlined";
import SmileOutlinedSvg from "@ant-design/icons-svg/es/asn/SmileOutlined";
import StopOutlinedSvg from "@ant-design/icons-svg/es/asn/StopOutlined";
import SunOutlinedSvg from "@ant-design/icons-svg/es/asn/SunOutlined";
import TeamOutlinedSvg from "@ant-design/icons-svg/es/asn/TeamOutlined";
import UserOutlinedSvg from "@ant-design/icons-svg/es/asn/UserOutlined";
import WarningFilledSvg from "@ant-design/icons-svg/es/asn/WarningFilled";
import type { IconDefinition } from "@ant-design/icons-svg/es/types";

/**
 * The library's pictures without its machinery: a pop shows thirty of them, and the agent's phone
 * waits for its paint.
 */
function icon({ icon: drawn }: IconDefinition) {
  if (typeof drawn === "function") throw new Error("two-tone icons are not used");
  const { viewBox, "fill-rule": fillRule } = drawn.attrs;
  const paths = (drawn.children ?? []).map((child) => child.attrs["d"] ?? "");
  return function Icon({ className = "" }: { className?: string }) {
    return (
      <svg
        className={`icon ${className}`}
        viewBox={viewBox}
        fill="currentColor"
        fillRule={fillRule === "evenodd" ? "evenodd" : undefined}
        aria-hidden
      >
        {paths.map((path) => (
          <path key={path} d={path} />
        ))}
      </svg>
    );
  };
}

export const ArrowLeftOutlined = icon(ArrowLeftOutlinedSvg);
export const ArrowRightOutlined = icon(ArrowRightOutlinedSvg);
export const AudioMutedOutlined = icon(AudioMutedOutlinedSvg);
export const CaretRightFilled = icon(CaretRightFilledSvg);
export const CaretRightOutlined = icon(CaretRightOutlinedSvg);
export const CheckCircleFilled = icon(CheckCircleFilledSvg);
export const CheckOutlined = icon(CheckOutlinedSvg);
export const ClockCircleOutlined = icon(ClockCircleOutlinedSvg);
export const CloseCircleFilled = icon(CloseCircleFilledSvg);
export const CoffeeOutlined = icon(CoffeeOutlinedSvg);
export const CustomerServiceFilled = icon(CustomerServiceFilledSvg);
export const DesktopOutlined = icon(DesktopOutlinedSvg);
export const DownOutlined = icon(DownOutlinedSvg);
export const EditFilled = icon(EditFilledSvg);
export const ExclamationCircleFilled = icon(ExclamationCircleFilledSvg);
export const EyeInvisibleOutlined = icon(EyeInvisibleOutlinedSvg);
export const HistoryOutlined = icon(HistoryOutlinedSvg);
export const LoadingOutlined = icon(LoadingOutlinedSvg);
export const LogoutOutlined = icon(LogoutOutlinedSvg);
export const MailOutlined = icon(MailOutlinedSvg);
export const MessageOutlined = icon(MessageOutlinedSvg);
export const MinusCircleOutlined = icon(MinusCircleOutlinedSvg);
export const MobileOutlined = icon(MobileOutlinedSvg);
export const MoonOutlined = icon(MoonOutlinedSvg);
export const PauseCircleFilled = icon(PauseCircleFilledSvg);
export const PauseOutlined = icon(PauseOutlinedSvg);
export const PhoneFilled = icon(PhoneFilledSvg);
export const PhoneOutlined = icon(PhoneOutlinedSvg);
export const QuestionCircleFilled = icon(QuestionCircleFilledSvg);
export const QuestionCircleOutlined = icon(QuestionCircleOutlinedSvg);
export const RobotOutlined = icon(RobotOutlinedSvg);
export const SafetyCertificateFilled = icon(SafetyCertificateFilledSvg);
export const SearchOutlined = icon(SearchOutlinedSvg);
export const SmileOutlined = icon(SmileOutlinedSvg);
export const StopOutlined = icon(StopOutlinedSvg);
export const SunOutlined = icon(SunOutlinedSvg);
export const TeamOutlined = icon(TeamOutlinedSvg);
export const UserOutlined = icon(UserOutlinedSvg);
export const WarningFilled = icon(WarningFilledSvg);
