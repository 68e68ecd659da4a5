"""What the audit calls the acts of 党员发展."""

ACTIONS = {
    "eforefront.register_applicant": "党员发展：登记申请人",
    "eforefront.register_probation": "党员发展：登记已有的预备党员",
    "eforefront.correct_applicant": "党员发展：更正申请人资料",
    "eforefront.record_development": "党员发展：办理步骤",
    "eforefront.review_development": "党员发展：审议",
    "eforefront.send_back_development": "党员发展：退回",
    "eforefront.enter_observation": "党员发展：登记考察",
    "eforefront.enter_report": "党员发展：登记思想汇报",
    "eforefront.replace_sponsors": "党员发展：更换联系人、介绍人",
    "eforefront.postpone_development": "党员发展：推迟讨论",
    "eforefront.end_development": "党员发展：结束",
    "eforefront.hand_over_dossier": "党员发展：移交材料",
    "eforefront.take_in_dossier": "党员发展：接收材料",
    "eforefront.answer_dossier": "党员发展：移交未办成",
    "eforefront.follow_development": "党员发展：随党员记录变更",
    "eforefront.attach_paper": "党员发展：上传材料",
    "eforefront.detach_paper": "党员发展：移除材料",
    "eforefront.open_paper": "党员发展：下载材料",
    "eforefront.export_applicants": "党员发展：导出申请人",
}
